"""Our spans and an editor's ranges, in whatever units the two sides agreed on."""

from __future__ import annotations

from lsprotocol import types

from stateaware.text.source import line_index
from stateaware.text.span import Span


class Positions:
    """Translates positions of one text.

    Spans count lines and columns from 1, columns in code points, the end exclusive. An editor counts
    from 0, columns in the units of ``encoding``: utf-8, utf-16 or utf-32.
    """

    def __init__(self, text: str, encoding: str) -> None:
        self.index = line_index(text)
        self._encoding = encoding
        self._ascii = text.isascii()

    def position(self, line: int, column: int) -> types.Position:
        """The editor's position of a 1-based line and column."""
        if self._ascii or self._encoding == "utf-32":
            return types.Position(line - 1, column - 1)
        before = self.index.line_text(line)[: column - 1]
        return types.Position(line - 1, _units(before, self._encoding))

    def range(self, span: Span | None) -> types.Range:
        """The editor's range of a span; the start of the text for none."""
        if span is None:
            return types.Range(types.Position(0, 0), types.Position(0, 0))
        span = self.index.clamp(span)
        return types.Range(self.position(*span[:2]), self.position(*span[2:]))

    def place(self, position: types.Position) -> tuple[int, int]:
        """The 1-based line and column of an editor's position, moved into the text."""
        line = position.line + 1
        if line > len(self.index):
            end = len(self.index)
            return end, len(self.index.line_text(end)) + 1
        text = self.index.line_text(line)
        if self._ascii or self._encoding == "utf-32":
            return line, min(position.character, len(text)) + 1
        units = 0
        for at, character in enumerate(text):
            if units >= position.character:
                return line, at + 1
            units += _units(character, self._encoding)
        return line, len(text) + 1

    def offset(self, position: types.Position) -> int:
        """The offset, in code points, of an editor's position, moved into the text."""
        return self.index.offset(*self.place(position))

    def span(self, found: types.Range) -> Span:
        """The span of an editor's range."""
        return Span(*self.place(found.start), *self.place(found.end))


def _units(text: str, encoding: str) -> int:
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    if encoding == "utf-32":
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)
