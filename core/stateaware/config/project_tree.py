"""The ``models:`` and ``sources:`` trees of a dbt_project.yml, and looking a node up in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from stateaware.config.layers import Layer, LayerKind, Setting
from stateaware.config.reader import Reader, stored_keys
from stateaware.records import dataclass, field
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Mapping, Node

TreeKind: TypeAlias = Literal["models", "sources"]


@dataclass(slots=True)
class TreeLevel:
    """One map of the tree: the settings written in it and the levels below.

    ``path`` are the keys from the tree's root. ``dropped`` says that the engine throws the whole map
    away because of a wrong value in it.
    """

    path: tuple[str, ...]
    entry: Entry | None
    settings: dict[str, Setting] = field(default_factory=dict)
    children: dict[str, TreeLevel] = field(default_factory=dict)
    dropped: bool = False

    def walk(self) -> Iterator[TreeLevel]:
        """This level and all below, in written order."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    def lookup(self, fqn: Sequence[str]) -> list[TreeLevel]:
        """The levels that speak of a node, the weakest first: descend while a key equals the next part."""
        levels = [self]
        level = self
        for part in fqn:
            child = level.children.get(part)
            if child is None:
                break
            levels.append(child)
            if child.dropped:
                break
            level = child
        return levels

    def names_below(self, path: Sequence[str]) -> Iterable[str]:
        """The keys of the level that a path leads to exactly; none where it ends before."""
        levels = self.lookup(path)
        return levels[-1].children if len(levels) > len(path) else ()


def build_tree(kind: TreeKind, node: Node | None, reader: Reader, file: str) -> TreeLevel:
    """Read a tree of a project file. ``kind`` is ``models`` or ``sources``."""
    root = TreeLevel((), None)
    if isinstance(node, Mapping):
        _fill(root, node, kind, reader, file)
    return root


def _fill(level: TreeLevel, node: Mapping, kind: TreeKind, reader: Reader, file: str) -> None:
    for entry in node.entries:
        name = config_name(entry, kind, reader)
        if name in stored_keys(kind, reader.profile):
            _add(level, entry, name, kind, reader, file)
        elif isinstance(entry.value, Mapping) and not (name and reader.profile.plain_scalars):
            if not isinstance(scalar_value(entry.key, "1.2"), str):
                continue  # `2024:` is a number, and no folder's name [proj_82]
            child = TreeLevel((*level.path, entry.key.text), entry)
            level.children[entry.key.text] = child
            _fill(child, entry.value, kind, reader, file)


def config_name(entry: Entry, kind: TreeKind, reader: Reader) -> str:
    """The configuration that a key of the tree means, or nothing where it is a path.

    With ``+`` it is one in every engine. Without it the profile decides: dbt v2 sees a path, dbt
    Core takes a value that is no mapping as a configuration, the documentation knows the plain form.
    """
    text = entry.key.text
    if text.startswith("+"):
        return text[1:].strip()
    if reader.profile.plain_scalars and not isinstance(entry.value, Mapping):
        return text
    if (
        reader.profile.plain_keys
        and text in stored_keys(kind, reader.profile)
        and _looks_like_value(entry.value)
    ):
        return text
    return ""


def _looks_like_value(node: Node) -> bool:
    """Whether a map without ``+`` is meant as a value: no key in it starts with ``+``."""
    if not isinstance(node, Mapping):
        return True
    return all(
        not entry.key.text.startswith("+") and _looks_like_value(entry.value) for entry in node.entries
    )


def _add(level: TreeLevel, entry: Entry, name: str, kind: TreeKind, reader: Reader, file: str) -> None:
    block = reader.read(name, entry.value, source=kind == "sources")
    layer = Layer(_kind(level), file, level.path[-1] if level.path else "")
    level.settings[name] = Setting(layer, entry.key, entry.value, block)
    if block.presence == "invalid" and reader.profile.drops_bad_maps and level.path:
        level.dropped = True


def _kind(level: TreeLevel) -> LayerKind:
    return ("models", "project")[len(level.path)] if len(level.path) < 2 else "folder"
