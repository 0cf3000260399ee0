"""Collects, for each node, the settings of all layers, and resolves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stateaware.config.layers import Layer, LayerKind, Setting
from stateaware.config.models import ModelLayers, resolve_model, tree_settings
from stateaware.config.profiles import Profile
from stateaware.config.project_tree import TreeLevel
from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY, Reader, stored_keys
from stateaware.config.sources import SourceLayers, resolve_source
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.syntax.tree import Entry, Mapping, Node

CodeSettings = Callable[[ModelNode, str], tuple[Setting, ...]]


def resolve_models(
    models: Iterable[ModelNode],
    trees: dict[str, TreeLevel],
    root: str,
    readers: dict[str, Reader],
    code: CodeSettings,
    profile: Profile,
) -> None:
    """Fill in ``layers`` and ``effective`` of every model.

    ``trees`` and ``readers`` are by package name; ``root`` is the root project's name.
    """
    for model in models:
        package = model.package.name
        reader = readers[model.entry.package.name if model.entry is not None else package]
        for key in stored_keys("models", profile):
            layers = ModelLayers(
                own=tree_settings(trees[package], model.lookup, key),
                properties=tuple(_properties(model, key, reader, profile)) if model.entry is not None else (),
                code=code(model, key),
                root=() if package == root else tree_settings(trees[root], model.lookup, key, overrides=True),
                has_properties=model.entry is not None,
            )
            model.layers[key] = layers
            model.effective[key] = resolve_model(key, layers, profile)


def _properties(model: ModelNode, key: str, reader: Reader, profile: Profile) -> Iterable[Setting]:
    entry = model.entry
    if entry is None:
        return
    file = entry.file.file
    base = entry.config.get(key) if entry.config is not None else None
    version = model.version.value("config") if model.version is not None else None
    own = version.get(key) if isinstance(version, Mapping) else None
    if base is not None:
        yield _setting(Layer("properties", file), base, key, reader)
    if own is None:
        return
    if base is not None and profile.deep_version_merge:
        own = Entry(own.key, deep_merge(base.value, own.value))
    yield _setting(Layer("version", file, f"v{model.version_label}"), own, key, reader)


def deep_merge(base: Node, over: Node) -> Node:
    """Two maps key by key, as dbt Core merges a version's config into the model's."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    merged = {entry.key.text: entry for entry in base.entries}
    for entry in over.entries:
        earlier = merged.get(entry.key.text)
        value = entry.value if earlier is None else deep_merge(earlier.value, entry.value)
        merged[entry.key.text] = Entry(entry.key, value)
    return Mapping(tuple(merged.values()), over.span, over.flow)


def _setting(layer: Layer, entry: Entry, key: str, reader: Reader, *, source: bool = False) -> Setting:
    return Setting(layer, entry.key, entry.value, reader.read(key, entry.value, source=source))


def resolve_sources(
    sources: Iterable[SourceNode],
    trees: dict[str, TreeLevel],
    root: str,
    readers: dict[str, Reader],
    profile: Profile,
) -> None:
    """Fill in ``layers`` and ``config`` of every source table."""
    for node in sources:
        package = node.package.name
        reader = readers[package]
        for key in stored_keys("sources", profile):
            own = tree_settings(trees[package], node.fqn, key)
            if key in (LOADED_AT_FIELD, LOADED_AT_QUERY) and not profile.project_loaded_at:
                own = ()
            node.layers[key] = SourceLayers(
                own=own,
                source=tuple(_level(node.entry.node, "source", node.source_name, key, node, reader, profile)),
                root=() if package == root else tree_settings(trees[root], node.fqn, key, overrides=True),
                table=tuple(_level(node.table, "table", node.name, key, node, reader, profile)),
            )
        node.config = resolve_source(node.layers, profile)


def _level(
    written: Mapping, kind: LayerKind, name: str, key: str, node: SourceNode, reader: Reader, profile: Profile
) -> Iterable[Setting]:
    if profile.legacy_sources:
        legacy = written.get(key)
        if legacy is not None:
            yield _setting(Layer(kind, node.file.file, name, legacy=True), legacy, key, reader, source=True)
    config = written.value("config")
    entry = config.get(key) if isinstance(config, Mapping) else None
    if entry is not None:
        yield _setting(Layer(kind, node.file.file, name), entry, key, reader, source=True)
