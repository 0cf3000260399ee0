"""Collects, for each node, the settings of all layers, and resolves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stateaware.config.layers import Effective, Layer, LayerKind, Setting
from stateaware.config.models import ModelLayers, resolve_model, tree_settings
from stateaware.config.profiles import Profile
from stateaware.config.project_tree import TreeLevel
from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY, Reader, stored_keys
from stateaware.config.sources import SourceConfig, SourceLayers, resolve_source
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

    ``trees`` and ``readers`` are by package name; ``root`` is the root project's name. Most models set
    nothing themselves: all of them in a folder share one result.
    """
    keys = stored_keys("models", profile)
    folders: dict[tuple[str, tuple[str, ...]], _Folder] = {}
    for model in models:
        package, entry, lookup = model.package.name, model.entry, model.lookup
        place = (package, lookup[:-1])
        folder = folders.get(place)
        if folder is None:
            over = None if package == root else trees[root]
            folder = folders[place] = _Folder(trees[package], over, lookup[:-1])
        alike = lookup[-1] not in folder.named and not model.code.speaks and _sets_nothing(model)
        if alike and (shared := folder.resolved.get(entry is not None)) is not None:
            model.layers, model.effective = shared
            continue
        reader = readers[package if entry is None else entry.package.name]
        model.layers = {
            key: ModelLayers(
                own=folder.own(lookup, key),
                properties=tuple(_properties(model, key, reader, profile)),
                code=code(model, key),
                root=folder.root(lookup, key),
                has_properties=entry is not None,
            )
            for key in keys
        }
        model.effective = {key: resolve_model(key, layers, profile) for key, layers in model.layers.items()}
        if alike:
            folder.resolved[entry is not None] = (model.layers, model.effective)


class _Folder:
    """What dbt_project.yml says about the models of one folder.

    ``named`` are the keys in it that speak of single models of the folder. ``resolved`` is the outcome
    for models that set nothing themselves, by whether they have a properties entry.
    """

    __slots__ = ("_over", "_tree", "named", "resolved")

    def __init__(self, tree: TreeLevel, over: TreeLevel | None, path: tuple[str, ...]) -> None:
        self._tree = tree
        self._over = over
        self.named = {*tree.names_below(path), *(() if over is None else over.names_below(path))}
        self.resolved: dict[bool, tuple[dict[str, ModelLayers], dict[str, Effective]]] = {}

    def own(self, fqn: tuple[str, ...], key: str) -> tuple[Setting, ...]:
        """The settings of the model's own package."""
        return tree_settings(self._tree, fqn, key)

    def root(self, fqn: tuple[str, ...], key: str) -> tuple[Setting, ...]:
        """The settings of the root project, where the model is a package's."""
        return () if self._over is None else tree_settings(self._over, fqn, key, overrides=True)


def _sets_nothing(model: ModelNode) -> bool:
    """Whether the model's properties hold no configuration."""
    entry = model.entry
    return model.version is None and (entry is None or entry.is_bare or entry.node.value("config") is None)


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
    """Fill in ``layers`` and ``config`` of every source table.

    All tables of a source that set nothing themselves share one result.
    """
    keys = stored_keys("sources", profile)
    known: dict[int, _Source] = {}
    for node in sources:
        package = node.package.name
        reader = readers[package]
        source = known.get(id(node.entry.node))
        if source is None:
            level = {
                key: tuple(_level(node.entry.node, "source", node.source_name, key, node, reader, profile))
                for key in keys
            }
            over = [] if package == root else [trees[root]]
            named = {name for tree in (trees[package], *over) for name in tree.names_below(node.fqn[:-1])}
            source = known[id(node.entry.node)] = _Source(level, named)
        alike = node.name not in source.named and all(
            entry.key.text != "config" and entry.key.text not in keys for entry in node.table
        )
        if alike and source.plain is not None:
            node.layers, node.config = source.plain
            continue
        for key in keys:
            own = tree_settings(trees[package], node.fqn, key)
            if key in (LOADED_AT_FIELD, LOADED_AT_QUERY) and not profile.project_loaded_at:
                own = ()
            node.layers[key] = SourceLayers(
                own=own,
                source=source.level[key],
                root=() if package == root else tree_settings(trees[root], node.fqn, key, overrides=True),
                table=tuple(_level(node.table, "table", node.name, key, node, reader, profile)),
            )
        node.config = resolve_source(node.layers, profile)
        if alike:
            source.plain = (node.layers, node.config)


class _Source:
    """What a source says for all its tables.

    ``named`` are the keys of dbt_project.yml that speak of single tables of it. ``plain`` is the outcome
    for tables that set nothing themselves.
    """

    __slots__ = ("level", "named", "plain")

    def __init__(self, level: dict[str, tuple[Setting, ...]], named: set[str]) -> None:
        self.level = level
        self.named = named
        self.plain: tuple[dict[str, SourceLayers], SourceConfig] | None = None


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
