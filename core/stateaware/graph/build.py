"""Puts files and entries together into nodes, as dbt names them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from typing import Final

from stateaware.config.profiles import Profile
from stateaware.config.reader import Reader
from stateaware.facts.files import PackageFiles, ResourceFile
from stateaware.facts.load import CodeFacts, PropertiesFacts
from stateaware.graph.nodes import ModelNode, PropertiesEntry, SourceNode
from stateaware.project.packages import PackageSource
from stateaware.records import dataclass, field
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Sequence

SECTIONS: Final = (
    "models",
    "sources",
    "seeds",
    "snapshots",
    "analyses",
    "exposures",
    "unit_tests",
    "data_tests",
    "metrics",
    "semantic_models",
    "saved_queries",
    "macros",
    "groups",
)
_NOT_WORD: Final = re.compile(r"\W", re.ASCII)


@dataclass(slots=True)
class Graph:
    """All nodes of a project and its packages.

    ``duplicate_models`` and ``duplicate_tables`` are definitions in force with others that dbt refuses or
    ignores,
    ``repeated`` entries for a model that has one already, ``orphans`` entries for models that do not exist.
    """

    models: dict[str, ModelNode] = field(default_factory=dict)
    sources: dict[str, SourceNode] = field(default_factory=dict)
    entries: list[PropertiesEntry] = field(default_factory=list)
    duplicate_models: list[tuple[ModelNode, ModelNode]] = field(default_factory=list)
    duplicate_tables: list[tuple[SourceNode, SourceNode]] = field(default_factory=list)
    repeated: list[tuple[PropertiesEntry, PropertiesEntry]] = field(default_factory=list)
    orphans: list[PropertiesEntry] = field(default_factory=list)
    by_name: dict[str, list[ModelNode]] = field(default_factory=dict)


def list_entries(facts: PropertiesFacts, reader: Reader) -> Iterable[PropertiesEntry]:
    """The named items of a properties file's lists."""
    if facts.tree is None:
        return
    for section in facts.tree.entries:
        if section.key.text not in SECTIONS or not isinstance(section.value, Sequence):
            continue
        for position, item in enumerate(section.value.items):
            if not isinstance(item, Mapping):
                continue
            node = item.value("name")
            name = reader.text(node) if node is not None else None
            if name is not None:
                yield PropertiesEntry(section.key.text, position, name, item, facts.package, facts.file)


def build_graph(
    packages: Iterable[tuple[PackageSource, PackageFiles]],
    code: AnyMapping[str, CodeFacts],
    entries: list[PropertiesEntry],
    profile: Profile,
    is_off: Callable[[ModelNode], bool],
) -> Graph:
    """Make the nodes.

    ``code`` holds the facts of each model file by its absolute path. ``is_off`` tells whether a model is
    disabled: of several files of one name, say one for each warehouse, an enabled one is the model.
    """
    graph = Graph(entries=entries)
    for package, files in packages:
        for file in files.models:
            _add_model(graph, package, file, code[file.absolute], is_off)
    for entry in entries:
        if entry.section == "models":
            _patch(graph, entry, profile)
    overrides = _overrides(entries) if profile.root_patches_packages else {}
    for entry in entries:
        if entry.section == "sources":
            _add_source(graph, entry, profile, overrides)
    for model in graph.models.values():
        graph.by_name.setdefault(model.name, []).append(model)
    return graph


def _add_model(
    graph: Graph,
    package: PackageSource,
    file: ResourceFile,
    code: CodeFacts,
    is_off: Callable[[ModelNode], bool],
) -> None:
    name = file.stem
    unique_id = f"model.{package.name}.{name}"
    fqn = (package.name, *file.folders, name)
    model = ModelNode(unique_id, name, package, file, fqn, fqn, code)
    first = graph.models.setdefault(unique_id, model)
    if first is not model and is_off(first) and not is_off(model):
        graph.models[unique_id], first, model = model, model, first
    if first is not model:
        graph.duplicate_models.append((first, model))


def _patch(graph: Graph, entry: PropertiesEntry, profile: Profile) -> None:
    versions = None if entry.is_bare else entry.node.value("versions")
    if isinstance(versions, Sequence) and versions.items:
        _patch_versions(graph, entry, versions, profile)
        return
    model = graph.models.get(f"model.{entry.package.name}.{entry.name}")
    if model is None and profile.root_patches_packages and entry.package.is_root:
        model = next((m for m in graph.models.values() if m.name == entry.name), None)
    if model is None:
        graph.orphans.append(entry)
    elif model.entry is not None:
        graph.repeated.append((model.entry, entry))
    else:
        model.entry = entry


def _patch_versions(graph: Graph, entry: PropertiesEntry, versions: Sequence, profile: Profile) -> None:
    latest = latest_version(entry.node)
    found = False
    for item in _versions(versions):
        label = _text(item, "v")
        stems = [_text(item, "defined_in") or f"{entry.name}_v{label}"]
        if label == latest:
            stems.append(entry.name)
        for stem in stems:
            model = graph.models.pop(f"model.{entry.package.name}.{stem}", None)
            if model is None:
                continue
            found = True
            model.unique_id = f"model.{entry.package.name}.{entry.name}.v{label}"
            model.name, model.version_label = entry.name, label
            model.entry, model.version = entry, item
            model.fqn = (*model.fqn[:-1], entry.name, f"v{label}")
            if profile.version_fqn == "name-and-version":
                model.lookup = model.fqn
            graph.models[model.unique_id] = model
            break
    if not found:
        graph.orphans.append(entry)


def _versions(versions: Node | None) -> list[Mapping]:
    if not isinstance(versions, Sequence):
        return []
    return [item for item in versions.items if isinstance(item, Mapping) and item.value("v") is not None]


def latest_version(entry: Mapping) -> str:
    """The version that an unversioned ``ref()`` means: ``latest_version``, else the highest."""
    return _text(entry, "latest_version") or _newest(_versions(entry.value("versions")))


def table_id(table: str) -> str:
    """A table's name as dbt v2 has it in unique_ids: each non-word character becomes ``__``."""
    return _NOT_WORD.sub("__", table)


def _text(node: Mapping, key: str) -> str:
    value = node.value(key)
    return value.text if isinstance(value, Scalar) else ""


def _newest(versions: list[Mapping]) -> str:
    def rank(label: str) -> tuple[int, float, str]:
        try:
            return (1, float(label), label)
        except ValueError:
            return (0, 0.0, label)

    return max((_text(item, "v") for item in versions), key=rank, default="")


def _overrides(entries: list[PropertiesEntry]) -> dict[tuple[str, str], PropertiesEntry]:
    """Entries with ``overrides:``, by the package and source they speak of (dbt Core only)."""
    found = {}
    for entry in entries:
        if entry.section == "sources" and entry.package.is_root:
            package = entry.node.value("overrides")
            if isinstance(package, Scalar) and package.text:
                found[(package.text, entry.name)] = entry
    return found


def _add_source(
    graph: Graph,
    entry: PropertiesEntry,
    profile: Profile,
    overrides: AnyMapping[tuple[str, str], PropertiesEntry],
) -> None:
    if entry in overrides.values():
        return
    over = overrides.get((entry.package.name, entry.name))
    tables = entry.node.value("tables")
    for table in tables.items if isinstance(tables, Sequence) else ():
        if not isinstance(table, Mapping):
            continue
        name = table.value("name")
        if not isinstance(name, Scalar) or scalar_value(name, "1.2") is None:
            continue
        node = _source_node(entry, table, name.text, profile)
        if over is not None:
            node.entry, node.table = _overridden(entry, over), _overridden_table(table, over)
        first = graph.sources.setdefault(node.unique_id, node)
        if first is not node:
            graph.duplicate_tables.append((first, node))


def _source_node(entry: PropertiesEntry, table: Mapping, name: str, profile: Profile) -> SourceNode:
    shown = table_id(name) if profile.typing == "strict" else name
    unique_id = f"source.{entry.package.name}.{entry.name}.{shown}"
    fqn = (entry.package.name, *entry.file.folders, entry.name, name)
    return SourceNode(unique_id, name, entry.name, entry.package, entry.file, fqn, entry, table)


def _overridden(entry: PropertiesEntry, over: PropertiesEntry) -> PropertiesEntry:
    node = _laid_over(entry.node, over.node, ("name", "overrides", "tables"))
    return PropertiesEntry(entry.section, entry.position, entry.name, node, entry.package, over.file)


def _overridden_table(table: Mapping, over: PropertiesEntry) -> Mapping:
    tables = over.node.value("tables")
    for item in tables.items if isinstance(tables, Sequence) else ():
        if isinstance(item, Mapping) and _text(item, "name") == _text(table, "name"):
            return _laid_over(table, item, ("name",))
    return table


def _laid_over(base: Mapping, over: Mapping, skip: tuple[str, ...]) -> Mapping:
    """``base`` with the keys of ``over``; a freshness outside config that ``over`` lacks is reset."""
    new = {entry.key.text: entry for entry in over.entries if entry.key.text not in skip}
    kept: list[Entry] = [
        entry for entry in base.entries if entry.key.text not in new and entry.key.text != "freshness"
    ]
    return Mapping((*kept, *new.values()), base.span, base.flow)
