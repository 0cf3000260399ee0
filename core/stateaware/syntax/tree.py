"""Located trees: what YAML files, ``config()`` calls and rendered Jinja are read into.

One shape for all of them, so that layers from different places can be compared and every
value, however deep, can be pointed at.

The node classes are not declared frozen, since that triples the cost of making one and a cold run
makes hundreds of thousands; nothing changes a node after it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass
from stateaware.text.span import Span

Style: TypeAlias = Literal["plain", "quoted", "block", "native"]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands for a value that cannot be decided without running dbt.

    ``candidates`` are all the values that it can have, where they can be told.
    """

    reason: str
    candidates: tuple[object, ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class Scalar:
    """A leaf.

    ``text`` is the written text (quotes removed, escapes resolved). A scalar read from YAML has no
    value yet, since dbt v2 reads YAML 1.2 and dbt Core YAML 1.1: see ``stateaware.config.typing``.
    A ``native`` scalar (from ``config()`` or rendered Jinja) carries its Python value.
    """

    text: str
    span: Span
    style: Style = "plain"
    tag: str | None = None
    native: object = None


@dataclass(slots=True, unsafe_hash=True)
class Entry:
    """One key of a mapping with its value. ``merged`` marks entries that came through ``<<``."""

    key: Scalar
    value: Node
    merged: bool = False

    @property
    def span(self) -> Span:
        """From the key's start to the value's end; the key alone where an alias stands for the value."""
        key, value = self.key.span, self.value.span
        return Span(*key[:2], *max(key[2:], value[2:]))


@dataclass(slots=True, unsafe_hash=True)
class Mapping:
    """A mapping in written order; a repeated key appears once, with the last value, as in dbt."""

    entries: tuple[Entry, ...]
    span: Span
    flow: bool = False

    def get(self, key: str) -> Entry | None:
        """The entry of a key, or None."""
        for entry in self.entries:
            if entry.key.text == key:
                return entry
        return None

    def value(self, key: str) -> Node | None:
        """The value of a key, or None when the key is missing (a written null is a Scalar)."""
        entry = self.get(key)
        return None if entry is None else entry.value

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


@dataclass(slots=True, unsafe_hash=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span
    flow: bool = False


@dataclass(slots=True, unsafe_hash=True)
class Expression:
    """A Jinja expression inside a ``config()`` call that is not a constant.

    ``source`` is the expression as written (``var('hours') | int``); evaluating it needs a context.
    """

    source: str
    span: Span


Node: TypeAlias = Scalar | Mapping | Sequence | Expression

NOWHERE: Final = Span(1, 1, 1, 1)


def from_native(value: object, span: Span) -> Node:
    """A tree whose every part has the same span: for values that a Jinja expression produced."""
    if isinstance(value, dict):
        entries = tuple(
            Entry(Scalar(str(k), span, "native", native=k), from_native(v, span)) for k, v in value.items()
        )
        return Mapping(entries, span)
    if isinstance(value, (list, tuple)):
        return Sequence(tuple(from_native(v, span) for v in value), span)
    text = "" if value is None else str(value)
    return Scalar(text, span, "native", native=value)
