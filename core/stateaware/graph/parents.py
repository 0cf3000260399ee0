"""Who reads whom: refs and sources of models, resolved to nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.profiles import Profile
from stateaware.facts.files import PackageFiles
from stateaware.graph.build import Graph, latest_version, table_id
from stateaware.graph.nodes import ModelNode
from stateaware.graph.snapshots import SnapshotNode
from stateaware.project.packages import PackageSource
from stateaware.records import cached_property, dataclass

_HOOKS: Final = ("pre_hook", "post_hook")

if TYPE_CHECKING:
    from stateaware.config.plain import PlainSettings
    from stateaware.config.rendering import Rendering
    from stateaware.facts.macros import Macros
    from stateaware.syntax.jinja import RenderedModel
    from stateaware.syntax.sql import ConfigCall, SqlFacts


@dataclass(frozen=True, slots=True)
class ParentLinks:
    """The direct parents of a model.

    ``nodes`` are unique_ids of models, sources, seeds and snapshots. ``complete`` is False where some
    ref cannot be told without running dbt or names nothing that is known here, so that others may exist.
    """

    nodes: tuple[str, ...]
    complete: bool


class Parents:
    """Resolves refs as dbt does: the model's own package and the root, in the engine's order, then any other.

    dbt Core can be told to take the package's own first (``require_ref_prefers_node_package_to_root``).
    """

    def __init__(
        self,
        graph: Graph,
        files: dict[str, PackageFiles],
        packages: tuple[PackageSource, ...],
        snapshots: Callable[[], Iterable[SnapshotNode]],
        rendering: Rendering,
        macros: Macros,
        plain: PlainSettings,
        profile: Profile,
    ) -> None:
        """``snapshots`` is asked at the first ref to what is no model and no seed."""
        self._graph = graph
        self._order = [package.name for package in packages]
        self._list_snapshots = snapshots
        self._rendering = rendering
        self._macros = macros
        self._plain = plain
        self._root_first = profile.root_first
        self._seeds = {
            (package.name, seed.stem): (package, seed)
            for package in packages
            for seed in files[package.name].seeds
        }
        self._latest: dict[tuple[str, str], str] = {}
        for unique_id, model in graph.models.items():
            key = (model.package.name, model.name)
            if not model.version_label or self._is_latest(model):
                self._latest[key] = unique_id
        self._cache: dict[str, ParentLinks] = {}

    @staticmethod
    def _is_latest(model: ModelNode) -> bool:
        return model.entry is not None and latest_version(model.entry.node) == model.version_label

    @cached_property
    def snapshots(self) -> tuple[SnapshotNode, ...]:
        """All snapshots, disabled ones too."""
        return tuple(self._list_snapshots())

    @cached_property
    def _snapshots(self) -> dict[tuple[str, str], str]:
        return {(node.package.name, node.name): node.unique_id for node in self.snapshots}

    @cached_property
    def _repeated(self) -> frozenset[str]:
        """Names of models and seeds of which there are several: of these the enabled one counts."""
        names = Counter(name for _, name in (*self._latest, *self._seeds))
        return frozenset(name for name, count in names.items() if count > 1)

    def of(self, model: ModelNode) -> ParentLinks:
        """The direct parents of a model, each once, in the order of its text."""
        links = self._cache.get(model.unique_id)
        if links is None:
            rendered = (
                self._rendering.model(model) if self._needs_render(model.facts, model.package) else None
            )
            links = self._cache[model.unique_id] = self._resolve(model.facts, rendered, model.package.name)
        return links

    def of_snapshot(self, node: SnapshotNode) -> ParentLinks:
        """The same of a snapshot."""
        facts = node.facts
        rendered = (
            self._rendering.code(node.code, node.package) if self._needs_render(facts, node.package) else None
        )
        return self._resolve(facts, rendered, node.package.name)

    def _needs_render(self, facts: SqlFacts, package: PackageSource) -> bool:
        """Whether what a file's text shows may not be what runs."""
        if facts.problem is not None:
            return False
        if facts.dynamic_refs or any(
            call.conditional for calls in (facts.refs, facts.sources) for call in calls
        ):
            return True
        if any(_runs_hooks(call) for call in facts.configs):
            return True
        if "var" in facts.calls and self._rendering.speaks_in_vars(package):
            return True
        return bool(facts.calls) and self._macros.refers(facts.calls)

    def _resolve(self, facts: SqlFacts, rendered: RenderedModel | None, inside: str) -> ParentLinks:
        refs: Iterable[tuple[str | None, str, object]]
        sources: Iterable[tuple[str, str]]
        if rendered is not None and (not rendered.unsettled or rendered.refs or rendered.sources):
            refs, sources, complete = rendered.refs, rendered.sources, not rendered.unsettled
        else:
            refs = ((ref.package, ref.name, ref.version) for ref in facts.refs)
            sources = ((call.source, call.table) for call in facts.sources)
            complete = rendered is None and not facts.dynamic_refs and facts.problem is None
        found: dict[str | None, None] = {}
        for package, name, version in refs:
            found[self.ref(name, package, None if version is None else str(version), inside)] = None
        for source, table in sources:
            found[self.source(source, table, inside)] = None
        known = tuple(unique_id for unique_id in found if unique_id is not None)
        return ParentLinks(known, complete and None not in found)

    def ref(self, name: str, package: str | None, version: str | None, inside: str) -> str | None:
        """The unique_id that ``ref()`` in a package means, or None."""
        for candidate in (package,) if package else self._packages(inside):
            if version is not None:
                label = version.removeprefix("v")
                unique_id = f"model.{candidate}.{name}.v{label}"
                if unique_id in self._graph.models:
                    return unique_id
                continue
            found = next(self._enabled(candidate, name), None)
            if found is not None:
                return found
        return None

    def _enabled(self, package: str, name: str) -> Iterator[str]:
        """The nodes of a name in a package, without those that another of the name is there in place of."""
        key, several = (package, name), name in self._repeated
        model, seed = self._latest.get(key), self._seeds.get(key)
        if model and not (several and self._plain.model(self._graph.models[model], "enabled") == "false"):
            yield model
        if seed and not (several and self._plain.seed(*seed, "enabled") == "false"):
            yield f"seed.{package}.{name}"
        if key in self._snapshots:
            yield self._snapshots[key]

    def _packages(self, inside: str) -> Iterable[str]:
        return dict.fromkeys((self._order[0] if self._root_first else inside, inside, *self._order))

    def source(self, source: str, table: str, inside: str) -> str | None:
        """The unique_id that ``source()`` in a package means, or None."""
        for candidate in self._packages(inside):
            for unique_id in self._source_ids(candidate, source, table):
                if unique_id in self._graph.sources:
                    return unique_id
        return None

    @staticmethod
    def _source_ids(package: str, source: str, table: str) -> Iterable[str]:
        yield f"source.{package}.{source}.{table}"
        yield f"source.{package}.{source}.{table_id(table)}"


def _runs_hooks(call: ConfigCall) -> bool:
    """Whether a ``config()`` sets hooks that hold Jinja, whose refs count as those of the model."""
    entries = (call.get(key) for key in _HOOKS)
    return any(entry is not None and "{{" in repr(entry.value) for entry in entries)
