"""The range type used everywhere."""

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of text.

    Lines and columns start at 1, columns count Unicode code points, the end is exclusive:
    the same convention as the JSON outputs and as SARIF's ``unicodeCodePoints``.
    """

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def at(cls, line: int, column: int) -> "Span":
        """An empty span: a point."""
        return cls(line, column, line, column)

    def cover(self, other: "Span") -> "Span":
        """The smallest span that holds both."""
        start = min(self[:2], other[:2])
        end = max(self[2:], other[2:])
        return Span(*start, *end)

    def contains(self, line: int, column: int) -> bool:
        """Whether a point lies inside, the end included (an editor's cursor may stand there)."""
        return self[:2] <= (line, column) <= self[2:]
