"""The blocks with a count and a period inside a written setting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stateaware.config.reader import FRESHNESS, STATE
from stateaware.config.values import JinjaFailure
from stateaware.config.written import Written
from stateaware.records import dataclass
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Unknown
from stateaware.text.span import Span

PARTS: Final = {
    ("model", FRESHNESS): ("build_after",),
    ("source", FRESHNESS): ("warn_after", "error_after"),
    ("model", STATE): ("lag_tolerance",),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """One `build_after`, `warn_after`, `error_after` or `lag_tolerance` map, with its Jinja rendered.

    ``entry`` is its key and map, ``count_node`` and ``period_node`` are the nodes there; None where absent.
    """

    entry: Entry
    tree: Mapping
    count_node: Node | None
    period_node: Node | None

    @property
    def name(self) -> str:
        """Its key."""
        return self.entry.key.text

    @property
    def span(self) -> Span:
        """The range of key and map."""
        return self.entry.span

    @property
    def count(self) -> object:
        """The count as read; None where absent or null, the node itself where it is no scalar."""
        return _native(self.count_node)

    @property
    def period(self) -> object:
        """The period as read, like ``count``."""
        return _native(self.period_node)

    @property
    def undecided(self) -> bool:
        """Whether count or period is unknown, or its Jinja fails."""
        return any(isinstance(value, (Unknown, JinjaFailure)) for value in (self.count, self.period))

    @property
    def missing(self) -> str:
        """The one of the two that is not there; empty where both or neither are, or one is unknown."""
        if self.undecided or (self.count is None) == (self.period is None):
            return ""
        return "count" if self.count is None else "period"

    @property
    def complete(self) -> bool:
        """Whether both are there, or neither."""
        return not self.missing


def intervals(written: Written) -> Iterator[Interval]:
    """The blocks of a setting."""
    tree = written.setting.block.tree
    if not isinstance(tree, Mapping):
        return
    for name in PARTS.get((written.resource, written.key), ()):
        entry = tree.get(name)
        if entry is not None and isinstance(entry.value, Mapping):
            yield Interval(entry, entry.value, entry.value.value("count"), entry.value.value("period"))


def _native(node: Node | None) -> object:
    return node.native if isinstance(node, Scalar) else node


def is_half(value: object) -> bool:
    """Whether some block in a value, as an engine read it, has only one of count and period."""
    if not isinstance(value, dict):
        return False
    if "count" in value:
        return (value["count"] is None) != (value.get("period") is None)
    return any(is_half(part) for part in value.values())
