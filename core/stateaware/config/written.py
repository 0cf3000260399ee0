"""Every block that is written anywhere, whether or not a node uses it: what most rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from stateaware.config.layers import Layer, LayerKind, Setting
from stateaware.config.project_tree import TreeLevel
from stateaware.config.reader import MODEL_KEYS, SOURCE_KEYS, Reader
from stateaware.project.packages import PackageSource
from stateaware.records import dataclass
from stateaware.syntax.tree import Mapping, Sequence

if TYPE_CHECKING:
    from stateaware.graph.nodes import PropertiesEntry
    from stateaware.workspace import Project

Resource: TypeAlias = Literal["model", "source"]


@dataclass(frozen=True, slots=True)
class Written:
    """A setting with the node or path that it is written for.

    ``label`` is the NODE part of an item's id: a model's name, ``raw.payments`` for a table, ``raw``
    for a source, ``models.shop.marts`` for a path of dbt_project.yml. ``node`` is the unique_id where
    one node is meant.
    """

    resource: Resource
    key: str
    setting: Setting
    label: str
    package: PackageSource
    node: str | None = None


def list_written(project: Project) -> list[Written]:
    """All written settings of the project and its packages: trees, properties, code."""
    found: list[Written] = []
    for package in project.packages:
        found.extend(_of_tree("models", "model", project.model_trees[package.name], package))
        found.extend(_of_tree("sources", "source", project.source_trees[package.name], package))
    for entry in project.entries:
        if entry.is_bare:
            continue
        reader = project.readers[entry.package.name]
        if entry.section == "models":
            found.extend(_of_model(entry, reader))
        elif entry.section == "sources":
            found.extend(_of_source(entry, reader))
    for unique_id, model in project.models.items():
        for key, layers in model.layers.items():
            for setting in layers.code:
                found.append(Written("model", key, setting, model.name, model.package, unique_id))  # noqa: PERF401
    return found


def _of_tree(kind: str, resource: Resource, tree: TreeLevel, package: PackageSource) -> Iterator[Written]:
    for level in tree.walk():
        label = ".".join((kind, *level.path))
        for key, setting in level.settings.items():
            yield Written(resource, key, setting, label, package)


def _of_model(entry: PropertiesEntry, reader: Reader) -> Iterator[Written]:
    unique_id = f"model.{entry.package.name}.{entry.name}"
    yield from _of_config(entry, entry.node, "properties", "", MODEL_KEYS, reader, entry.name, unique_id)
    versions = entry.node.value("versions")
    for item in versions.items if isinstance(versions, Sequence) else ():
        if isinstance(item, Mapping):
            v = item.value("v")
            name = f"v{getattr(v, 'text', '')}"
            yield from _of_config(
                entry,
                item,
                "version",
                name,
                MODEL_KEYS,
                reader,
                f"{entry.name}.{name}",
                f"{unique_id}.{name}",
            )


def _of_source(entry: PropertiesEntry, reader: Reader) -> Iterator[Written]:
    yield from _of_config(entry, entry.node, "source", entry.name, SOURCE_KEYS, reader, entry.name, None)
    tables = entry.node.value("tables")
    for item in tables.items if isinstance(tables, Sequence) else ():
        name = item.value("name") if isinstance(item, Mapping) else None
        if isinstance(item, Mapping) and name is not None:
            table = getattr(name, "text", "")
            label = f"{entry.name}.{table}"
            unique_id = f"source.{entry.package.name}.{label}"
            yield from _of_config(entry, item, "table", table, SOURCE_KEYS, reader, label, unique_id)


def _of_config(
    entry: PropertiesEntry,
    node: Mapping,
    kind: LayerKind,
    name: str,
    keys: Iterable[str],
    reader: Reader,
    label: str,
    unique_id: str | None,
) -> Iterator[Written]:
    source = kind in ("source", "table")
    resource: Resource = "source" if source else "model"
    config = node.value("config")
    places = [(config, False)]
    if source and reader.profile.legacy_sources:
        places.append((node, True))
    for holder, legacy in places:
        for key in keys:
            written = holder.get(key) if isinstance(holder, Mapping) else None
            if written is not None:
                layer = Layer(kind, entry.file.file, name, legacy=legacy)
                block = reader.read(key, written.value, source=source)
                setting = Setting(layer, written.key, written.value, block)
                yield Written(resource, key, setting, label, entry.package, unique_id)
