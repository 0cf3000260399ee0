"""The blocks with a count and a period inside a written setting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stateaware.config.reader import FRESHNESS, STATE
from stateaware.config.written import Written
from stateaware.syntax.tree import Mapping, Scalar, Unknown
from stateaware.text.span import Span

PARTS = {
    ("model", FRESHNESS): ("build_after",),
    ("source", FRESHNESS): ("warn_after", "error_after"),
    ("model", STATE): ("lag_tolerance",),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """One `build_after`, `warn_after`, `error_after` or `lag_tolerance` map, with its Jinja rendered.

    ``span`` covers the key and the map. ``count`` and ``period`` are the values as written (None where
    absent or null, Unknown where undecidable).
    """

    name: str
    span: Span
    tree: Mapping
    count: object
    period: object
    key_span: Span

    @property
    def missing(self) -> str:
        """The one of the two that is not there; empty where both or neither are, or one is unknown."""
        if isinstance(self.count, Unknown) or isinstance(self.period, Unknown):
            return ""
        if (self.count is None) == (self.period is None):
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
            yield Interval(
                name,
                entry.span,
                entry.value,
                _scalar(entry.value, "count"),
                _scalar(entry.value, "period"),
                entry.key.span,
            )


def _scalar(tree: Mapping, key: str) -> object:
    node = tree.value(key)
    return node.native if isinstance(node, Scalar) else node
