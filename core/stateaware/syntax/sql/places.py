"""Offsets to spans for readers that move forward through a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from stateaware.text import LineIndex, Span

Locate: TypeAlias = Callable[[int, int], Span]


def locator(text: str) -> Locate:
    """A function from two offsets to their span.

    It counts line breaks from where it was last asked, so that a file with few calls in it needs no
    index of all its lines; both ways give the same spans.
    """
    if "\r" in text:
        return LineIndex(text).span
    return _Cursor(text).span


class _Cursor:
    """The line on which the last span began: its number and the offsets of its start and end."""

    __slots__ = ("_end", "_line", "_start", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 1
        self._start = 0
        self._end = self._line_end(0)

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return end if end >= 0 else len(self._text)

    def span(self, start: int, end: int) -> Span:
        if not self._start <= start <= self._end:
            self._move(start)
        before = self._start - 1
        line = self._line
        if end <= self._end:
            return Span(line, start - before, line, end - before)
        text = self._text
        breaks = text.count("\n", start, end)
        return Span(line, start - before, line + breaks, end - text.rfind("\n", start, end))

    def _move(self, to: int) -> None:
        text = self._text
        if to > self._end:
            self._line += text.count("\n", self._end, to)
            self._start = text.rfind("\n", self._end, to) + 1
        else:
            self._line -= text.count("\n", to, self._start)
            self._start = text.rfind("\n", 0, to) + 1
        self._end = self._line_end(to)
