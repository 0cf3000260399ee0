"""Who reads whom: refs and sources of models, resolved to nodes."""

from __future__ import annotations

from collections.abc import Iterable

from stateaware.facts.files import PackageFiles
from stateaware.graph.build import Graph, latest_version, table_id
from stateaware.graph.nodes import ModelNode
from stateaware.project.packages import PackageSource
from stateaware.records import dataclass


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
        self, graph: Graph, files: dict[str, PackageFiles], packages: tuple[PackageSource, ...]
    ) -> None:
        self._graph = graph
        self._order = [package.name for package in packages]
        self._names: dict[tuple[str, str], str] = {}
        for name, found in files.items():
            for kind, resources in (("seed", found.seeds), ("snapshot", found.snapshots)):
                for resource in resources:
                    self._names.setdefault((name, resource.stem), f"{kind}.{name}.{resource.stem}")
        for entry in graph.entries:
            if entry.section == "snapshots":
                key = (entry.package.name, entry.name)
                self._names.setdefault(key, f"snapshot.{entry.package.name}.{entry.name}")
        self._latest: dict[tuple[str, str], str] = {}
        for unique_id, model in graph.models.items():
            key = (model.package.name, model.name)
            if not model.version_label or self._is_latest(model):
                self._latest[key] = unique_id
        self._cache: dict[str, ParentLinks] = {}

    @staticmethod
    def _is_latest(model: ModelNode) -> bool:
        return model.entry is not None and latest_version(model.entry.node) == model.version_label

    def of(self, model: ModelNode) -> ParentLinks:
        """The direct parents of a model, each once, in the order of its text."""
        links = self._cache.get(model.unique_id)
        if links is None:
            links = self._cache[model.unique_id] = self._resolve(model)
        return links

    def _resolve(self, model: ModelNode) -> ParentLinks:
        facts = model.facts
        complete = not facts.dynamic_refs and facts.problem is None
        found: dict[str, None] = {}
        for ref in facts.refs:
            version = None if ref.version is None else str(ref.version)
            unique_id = self.ref(ref.name, ref.package, version, model.package.name)
            if unique_id is None:
                complete = False
            else:
                found[unique_id] = None
        for call in facts.sources:
            unique_id = self.source(call.source, call.table, model.package.name)
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
            hit = self._latest.get((candidate, name)) or self._names.get((candidate, name))
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
