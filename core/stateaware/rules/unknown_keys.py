"""Keys that dbt v2 does not know, found by walking a file along the keys that it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.records import dataclass
from stateaware.rules.dbt_keys import INSIDE, KEYS
from stateaware.rules.homes import OUR_KEYS
from stateaware.rules.keys import KeyPlace, key_mistake
from stateaware.syntax.tree import Entry, Mapping, Node, Sequence

if TYPE_CHECKING:
    from stateaware.facts.load import PropertiesFacts

_LISTS: Final = ("columns", "versions", "tables", "constraints")
_TESTS: Final = ("tests", "data_tests")
_PLACES: Final[dict[str, KeyPlace]] = {
    "properties file": "properties file",
    "project file": "project file",
    "model": "model",
    "version": "model",
    "model config": "model config",
    "source": "source",
    "source config": "source config",
    "table": "table",
    "table config": "source config",
}
"""Shapes in which other rules look for keys that were meant to be one of ours."""

_NO_HOMES: Final = (
    "column",
    "version column",
    "column config",
    "docs",
    "contract",
    "persist_docs",
    "quoting",
)
"""Shapes in which nobody else looks for our keys."""


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key with the shape of the map that it stands in and the keys that lead there."""

    entry: Entry
    shape: str
    path: tuple[str, ...]


def unknown_keys(facts: PropertiesFacts) -> Iterator[UnknownKey]:
    """The unknown keys of a properties file, all of them."""
    if facts.tree is not None:
        yield from walk_keys(facts.tree, "properties file")


def walk_keys(node: Mapping, shape: str, path: tuple[str, ...] = ()) -> Iterator[UnknownKey]:
    """The unknown keys of a map of a shape, and of the maps below."""
    known = KEYS[shape]
    inside = INSIDE.get(shape, {})
    for entry in node.entries:
        key = entry.key.text
        if key not in known:
            yield UnknownKey(entry, shape, (*path, key))
        elif key in inside:
            for item in _maps(entry.value, listed=key in _LISTS or shape == "properties file"):
                yield from walk_keys(item, inside[key], (*path, key))
        elif key in _TESTS and shape != "properties file":
            yield from _tests(entry.value, (*path, key))


def _maps(node: Node, *, listed: bool) -> Iterator[Mapping]:
    """The maps in a list, or the map itself; nothing where the value has the other shape."""
    if isinstance(node, Sequence) is listed:
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Mapping):
                yield item


def _tests(node: Node, path: tuple[str, ...]) -> Iterator[UnknownKey]:
    """Of data tests only the ``config`` has keys that are dbt's own; the rest are the test's arguments."""
    for item in _maps(node, listed=True):
        holders = [item] if item.get("test_name") is not None else [*_values(item)]
        for holder in holders:
            config = holder.value("config")
            if isinstance(config, Mapping):
                yield from walk_keys(config, "data test config", (*path, "config"))


def _values(node: Mapping) -> Iterator[Mapping]:
    for entry in node.entries:
        if isinstance(entry.value, Mapping) and entry.key.text not in ("config", "arguments"):
            yield entry.value


def is_for_others(unknown: UnknownKey) -> bool:
    """Whether another rule reports the key: a slip for one of ours, or one of ours in a wrong place."""
    entry, shape = unknown.entry, unknown.shape
    if shape == "project file" and entry.key.text in ("data-paths", "source-paths"):
        return True
    if entry.key.text in OUR_KEYS and shape not in _NO_HOMES:
        return True
    place = _PLACES.get(shape)
    return place is not None and key_mistake(place, entry.key.text, entry.value) is not None
