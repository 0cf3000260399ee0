"""Who reads whom: refs and sources of models, resolved to nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from stateaware.facts.files import PackageFiles
from stateaware.graph.build import Graph, latest_version, table_id
from stateaware.graph.nodes import ModelNode
from stateaware.graph.snapshots import SnapshotNode
from stateaware.project.packages import PackageSource
from stateaware.records import cached_property, dataclass

if TYPE_CHECKING:
    from stateaware.syntax.sql import SqlFacts


@dataclass(frozen=True, slots=True)
class ParentLinks:
    """The direct parents of a model.

    ``nodes`` are unique_ids of models, sources, seeds and snapshots. ``complete`` is False where some
    ref cannot be read statically or names nothing that is known here, so that more may exist.
    """

    nodes: tuple[str, ...]
    complete: bool


class Parents:
    """Resolves refs as dbt does: the model's own package first, then the root, then any package."""

    def __init__(
        self,
        graph: Graph,
        files: dict[str, PackageFiles],
        packages: tuple[PackageSource, ...],
        snapshots: Callable[[], Iterable[SnapshotNode]],
    ) -> None:
        """``snapshots`` is asked at the first ref to what is no model and no seed."""
        self._graph = graph
        self._order = [package.name for package in packages]
        self._list_snapshots = snapshots
        self._seeds = {
            (name, seed.stem): f"seed.{name}.{seed.stem}"
            for name, found in files.items()
            for seed in found.seeds
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
    def _snapshots(self) -> dict[tuple[str, str], str]:
        return {(node.package.name, node.name): node.unique_id for node in self._list_snapshots()}

    def of(self, model: ModelNode) -> ParentLinks:
        """The direct parents of a model, each once, in the order of its text."""
        links = self._cache.get(model.unique_id)
        if links is None:
            links = self._cache[model.unique_id] = self.of_code(model.facts, model.package.name)
        return links

    def of_code(self, facts: SqlFacts, inside: str) -> ParentLinks:
        """The same of any code in a package, by its name."""
        complete = not facts.dynamic_refs and facts.problem is None
        found: dict[str, None] = {}
        for ref in facts.refs:
            version = None if ref.version is None else str(ref.version)
            unique_id = self.ref(ref.name, ref.package, version, inside)
            if unique_id is None:
                complete = False
            else:
                found[unique_id] = None
        for call in facts.sources:
            unique_id = self.source(call.source, call.table, inside)
            if unique_id is None:
                complete = False
            else:
                found[unique_id] = None
        return ParentLinks(tuple(found), complete)

    def ref(self, name: str, package: str | None, version: str | None, inside: str) -> str | None:
        """The unique_id that ``ref()`` in a package means, or None."""
        for candidate in (package,) if package else dict.fromkeys((inside, *self._order)):
            if version is not None:
                label = version.removeprefix("v")
                unique_id = f"model.{candidate}.{name}.v{label}"
                if unique_id in self._graph.models:
                    return unique_id
                continue
            key = (candidate, name)
            hit = self._latest.get(key) or self._seeds.get(key) or self._snapshots.get(key)
            if hit is not None:
                return hit
        return None

    def source(self, source: str, table: str, inside: str) -> str | None:
        """The unique_id that ``source()`` in a package means, or None."""
        for candidate in dict.fromkeys((inside, *self._order)):
            for unique_id in self._source_ids(candidate, source, table):
                if unique_id in self._graph.sources:
                    return unique_id
        return None

    @staticmethod
    def _source_ids(package: str, source: str, table: str) -> Iterable[str]:
        yield f"source.{package}.{source}.{table}"
        yield f"source.{package}.{source}.{table_id(table)}"
