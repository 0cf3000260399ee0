"""Bytes to text, and offsets to lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
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

    Lines end at ``\\n``, ``\\r\\n`` or a lone ``\\r``, as editors and the YAML reader count them.
    """

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        starts = [0]
        if "\r" in text:
            starts.extend(found.end() for found in _BREAK.finditer(text))
        else:
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
        self._starts = starts

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset; offsets past the end give the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(*self.position(start), *self.position(end))

    def offset(self, line: int, column: int) -> int:
        """Offset of a 1-based position; positions past the end give the end of the text."""
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, len(self.text))

    def line_text(self, line: int) -> str:
        """One line without its line break; empty for a line that does not exist."""
        if not 1 <= line <= len(self._starts):
            return ""
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return self.text[self._starts[line - 1] : end].rstrip("\r\n")

    def __len__(self) -> int:
        return len(self._starts)


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
