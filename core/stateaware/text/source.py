"""Bytes to text, and offsets to lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, count
from operator import add
from typing import Final

from stateaware.text.span import Span

_BREAK: Final = re.compile(r"\r\n|\n|\r")


def decode(data: bytes) -> str:
    """Text of a file as dbt reads it: UTF-8, a byte order mark dropped.

    Raises:
        UnicodeDecodeError: the bytes are not UTF-8. dbt rejects such files too.
    """
    return data.decode("utf-8-sig")


class LineIndex:
    """Maps offsets in a text (code points) to 1-based lines and columns, and back.

    Lines end at a line feed, a carriage return or both, as editors and the YAML reader count them.
    """

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if "\r" in text:
            self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        else:
            lengths = map(len, text.split("\n"))
            self._starts = list(map(add, accumulate(lengths, initial=0), count()))
            self._starts.pop()

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset; offsets past the end give the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        starts = self._starts
        line = bisect_right(starts, start)
        before = starts[line - 1] - 1
        if 0 <= start <= end <= len(self.text) and (line == len(starts) or end < starts[line]):
            return Span(line, start - before, line, end - before)
        return Span(*self.position(start), *self.position(end))

    def offset(self, line: int, column: int) -> int:
        """Offset of a 1-based position; positions past the end give the end of the text."""
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, len(self.text))

    def clamp(self, span: Span) -> Span:
        """The span with its ends moved into the text, for positions that somebody else counted."""
        start, end = self._clamped(*span[:2]), self._clamped(*span[2:])
        return Span(*start, *max(start, end))

    def _clamped(self, line: int, column: int) -> tuple[int, int]:
        line = max(1, min(line, len(self._starts)))
        return line, max(1, min(column, len(self.line_text(line)) + 1))

    def line_text(self, line: int) -> str:
        """One line without its line break; empty for a line that does not exist."""
        if not 1 <= line <= len(self._starts):
            return ""
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return self.text[self._starts[line - 1] : end].rstrip("\r\n")

    def __len__(self) -> int:
        return len(self._starts)


@lru_cache(maxsize=4)
def line_index(text: str) -> LineIndex:
    """The line index of a text, kept for the last few texts: findings come by file."""
    return LineIndex(text)


class SourceText:
    """A file's text with its line index, built when first asked for."""

    __slots__ = ("_index", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._index: LineIndex | None = None

    @property
    def index(self) -> LineIndex:
        """The line index of the text."""
        if self._index is None:
            self._index = LineIndex(self.text)
        return self._index
