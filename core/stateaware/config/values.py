"""Values with their places: what a written block is read into before any merging."""

from __future__ import annotations

from typing import Literal, TypeAlias

from stateaware.records import dataclass
from stateaware.syntax.tree import Node, Scalar, Unknown
from stateaware.text.span import Span

ProblemKind: TypeAlias = Literal[
    "unknown-key",  # the key is no part of the block
    "type",  # the value has the wrong type
    "variant",  # the value is none of the allowed words
    "duration",  # not a duration
    "jinja",  # the Jinja in the value fails
    "dropped",  # accepted, but the value is thrown away without a word
]

Presence: TypeAlias = Literal["null", "set", "ignored", "invalid", "unknown"]
"""``ignored``: written, but the engine reads it as if it were not there."""


@dataclass(frozen=True, slots=True)
class JinjaFailure:
    """The Jinja of a value cannot be rendered: an error in dbt too."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong inside a written block.

    ``node`` is the offending key or value, ``path`` leads to it from the block's own key
    (``freshness``, ``build_after``, ``count``), ``value`` is what was read there.
    """

    kind: ProblemKind
    node: Node
    path: tuple[str, ...]
    value: object = None
    expected: str = ""

    @property
    def span(self) -> Span:
        """The range of the offending key or value."""
        return self.node.span


@dataclass(frozen=True, slots=True)
class Block:
    """A written value of one key, read under one engine.

    ``value`` is what the engine would store (the form of the manifest), ``tree`` the written block
    with its Jinja rendered.
    """

    presence: Presence
    value: object
    tree: Node
    problems: tuple[Problem, ...] = ()
    unknown: Unknown | None = None


def typed(node: Node) -> object:
    """The plain Python value of a rendered tree; Unknown and JinjaFailure stay inside."""
    from stateaware.syntax.tree import Mapping, Sequence

    if isinstance(node, Mapping):
        return {entry.key.text: typed(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [typed(item) for item in node.items]
    return node.native if isinstance(node, Scalar) else None
