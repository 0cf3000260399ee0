"""Source lines with carets under a range."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from stateaware.records import dataclass
from stateaware.report.cells import columns_of, lay_out
from stateaware.report.terminal import Style, Terminal
from stateaware.text import LineIndex, Span

_DOTS: Final = "..."
_ROOM: Final = 200
_NARROWEST: Final = 30
_LOOK_BACK: Final = 500
_ENCLOSING: Final = 2
_MOST_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a line as shown: where the marked part starts and how many columns it takes."""

    text: str
    start: int
    columns: int


def excerpt(line: str, start: int, end: int, room: int, terminal: Terminal) -> Excerpt:
    """The part of a line around the code points ``start`` to ``end``, in at most ``room`` columns.

    The whole line when it fits. Only the neighbourhood of the range is looked at, so that a line
    of a megabyte costs no more than a short one.
    """
    start = min(start, len(line))
    end = max(start, min(end, len(line)))
    first, last = max(0, start - room), min(len(line), start + 2 * room)
    cells = lay_out(line[first:last], unicode=terminal.unicode)
    edges = list(accumulate((cell.columns for cell in cells), initial=0))
    start, end = start - first, min(end, last) - first
    left, right = 0, len(cells)
    before = first > 0
    if before or last < len(line) or edges[-1] > room:
        if before or edges[end] > room - len(_DOTS):
            spare = room - 2 * len(_DOTS) - (edges[end] - edges[start])
            while edges[start] - edges[left] > max(room // 4, min(room // 2, spare)):
                left += 1
            before = before or left > 0
        usable = room - len(_DOTS) * (1 + before)
        while edges[right] - edges[left] > usable:
            right -= 1
    lead = _DOTS if before else ""
    tail = _DOTS if right < len(cells) or last < len(line) else ""
    text = lead + "".join(cell.text for cell in cells[left:right]) + tail
    at = edges[min(start, right)]
    return Excerpt(text, len(lead) + at - edges[left], max(1, edges[min(end, right)] - at))


def draw(index: LineIndex, span: Span, file: str, hint: str, style: Style, terminal: Terminal) -> list[str]:
    """The lines of a snippet with the hint behind the carets; none when the text lacks the range.

    In YAML, the nearest two lines that enclose the first one are shown above it.
    """
    last = _last_position(index, span)
    if max(span.line, last[0]) > len(index):
        return []
    drawing = _Drawing(index, terminal, style, gutter_width(index, span))
    yaml = file.endswith((".yml", ".yaml"))
    if last[0] > span.line:
        above = drawing.above(span.line, "  ") if yaml else []
        return [drawing.margin, *above, *drawing.block(span.line, span.column, last, hint)]
    above = drawing.above(span.line, "") if yaml else []
    return [drawing.margin, *above, *drawing.line(span.line, span.column, last[1], hint)]


def gutter_width(index: LineIndex | None, span: Span | None) -> int:
    """The width of the line numbers beside a snippet, at least 2."""
    if index is None or span is None:
        return 2
    return max(2, len(str(min(span.end_line, len(index)))))


@dataclass(frozen=True, slots=True)
class _Drawing:
    index: LineIndex
    terminal: Terminal
    style: Style
    gutter: int

    @property
    def margin(self) -> str:
        return self.terminal.paint(f"{'':{self.gutter}} |", "dim")

    @property
    def room(self) -> int:
        return max(_NARROWEST, (self.terminal.width or _ROOM) - self.gutter - 5)

    def above(self, line: int, side: str) -> list[str]:
        """The lines that enclose a line, with dots where more than one is left out between."""
        enclosing = _enclosing(self.index, line)
        rows: list[str] = []
        for number, following in zip(enclosing, [*enclosing, line][1:], strict=True):
            shown = (number, number + 1) if following == number + 2 else (number,)
            rows += [self._row(one, side + self._head(one)) for one in shown]
            if following > number + 2:
                rows.append(self.terminal.paint(_DOTS, "dim"))
        return rows

    def line(self, number: int, column: int, last: int, hint: str) -> list[str]:
        """A range within one line, carets below it. ``last`` is the column of its last character."""
        shown = excerpt(self.index.line_text(number), column - 1, last, self.room, self.terminal)
        carets = " " * shown.start + "^" * shown.columns
        return [self._row(number, shown.text), *self._underline(carets, hint)]

    def block(self, first: int, column: int, last: tuple[int, int], hint: str) -> list[str]:
        """A range over several lines, as a bar on the left from its first to its last character."""
        bar = self.terminal.paint("|", self.style)
        line = self.index.line_text(first)
        shown = excerpt(line, column - 1, column, self.room, self.terminal)
        if column - 1 <= _indent(line):
            rows = [self._row(first, f"{self.terminal.paint('/', self.style)} {shown.text}")]
        else:
            corner = self.terminal.paint("_" * (shown.start + 1) + "^", self.style)
            rows = [self._row(first, f"  {shown.text}"), f"{self.margin}  {corner}"]
        between = range(first + 1, last[0])
        if len(between) + 2 <= _MOST_LINES:
            rows += [self._row(number, f"{bar} {self._head(number)}") for number in between]
        else:
            dots = self.terminal.paint(f"{_DOTS:{self.gutter + 3}}", "dim")
            rows += [self._row(number, f"{bar} {self._head(number)}") for number in between[:2]]
            rows += [f"{dots}{bar}", self._row(between[-1], f"{bar} {self._head(between[-1])}")]
        shown = excerpt(self.index.line_text(last[0]), max(last[1] - 1, 0), last[1], self.room, self.terminal)
        rows.append(self._row(last[0], f"{bar} {shown.text}"))
        return rows + self._underline("|" + "_" * (shown.start + shown.columns) + "^", hint)

    def _underline(self, marks: str, hint: str) -> list[str]:
        """The row of carets with the hint behind it, or below it where there is no room."""
        paint, before = self.terminal.paint, self.gutter + 3
        if self.terminal.fits(f"{'':{before}}{marks} {hint}"):
            return [f"{self.margin} {paint(f'{marks} {hint}'.rstrip(), self.style)}"]
        left = len(marks) - len(marks.lstrip(" "))
        left = max(0, min(left, self.terminal.width - before - columns_of(hint)))
        lines = [f"{'':{left}}{line}" for line in self.terminal.wrap(hint, before + left)]
        return [f"{self.margin} {paint(line, self.style)}" for line in [marks, *lines]]

    def _row(self, number: int, text: str) -> str:
        return f"{self.terminal.paint(f'{number:{self.gutter}} |', 'dim')} {text}".rstrip()

    def _head(self, number: int) -> str:
        """A line that is shown for its beginning."""
        line = self.index.line_text(number)
        return excerpt(line, _indent(line), _indent(line), self.room, self.terminal).text


def _last_position(index: LineIndex, span: Span) -> tuple[int, int]:
    """Line and column of the range's last character, or of the one before it when it is empty.

    A range that ends before the first column of a line ends with the line break above it.
    """
    if span.end_column > 1 or span.end_line <= span.line:
        return span.end_line, span.end_column - 1
    return span.end_line - 1, len(index.line_text(span.end_line - 1))


def _enclosing(index: LineIndex, line: int) -> list[int]:
    """The nearest lines above that are indented less, each less than the one below it."""
    found: list[int] = []
    indent = _indent(index.line_text(line))
    for number in range(line - 1, max(0, line - 1 - _LOOK_BACK), -1):
        if not indent or len(found) == _ENCLOSING:
            break
        text = index.line_text(number)
        if text.lstrip()[:1] not in ("", "#") and _indent(text) < indent:
            found.insert(0, number)
            indent = _indent(text)
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
