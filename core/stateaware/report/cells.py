"""How many columns of a terminal a text takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from stateaware.report.characters import as_ascii, show_controls

TAB_STOP: Final = 4
_JOINER: Final = "\u200d"
_EMOJI_STYLE: Final = "\ufe0f"
_SKIN_TONES: Final = ("\U0001f3fb", "\U0001f3ff")
_JAMO_TAILS: Final = ("\u1160", "\u11ff")


class Cell(NamedTuple):
    """What is printed for one code point, and the columns that it takes."""

    text: str
    columns: int


def lay_out(text: str, *, unicode: bool = True) -> list[Cell]:
    """One cell for each code point of a line; tabs are expanded, controls become visible.

    The parts of a joined emoji and combining marks take no column of their own, as in wcwidth.
    """
    if text.isascii() and text.isprintable():
        return [Cell(character, 1) for character in text]
    cells: list[Cell] = []
    column = 0
    before = ""
    for character in text:
        if character == "\t":
            cell = Cell(" " * (TAB_STOP - column % TAB_STOP), TAB_STOP - column % TAB_STOP)
        else:
            shown = show_controls(character)
            if not unicode:
                shown = as_ascii(shown)
            escaped = shown != character
            cell = Cell(shown, len(shown) if escaped else _columns(character, before, cells[-1:]))
        cells.append(cell)
        column += cell.columns
        before = character
    return cells


def columns_of(text: str) -> int:
    """The columns that a text takes, which has no tabs or controls any more."""
    return len(text) if text.isascii() else sum(cell.columns for cell in lay_out(text))


def padded(row: Iterable[str], widths: Iterable[int]) -> str:
    """The cells of a row of a table, each filled up to its column's width."""
    texts = zip(row, widths, strict=False)
    return "  ".join(text + " " * (width - columns_of(text)) for text, width in texts)


def _columns(character: str, before: str, last: list[Cell]) -> int:
    width_before = last[0].columns if last else 0
    if before == _JOINER or unicodedata.combining(character):
        return 0
    if character == _EMOJI_STYLE:
        return 1 if width_before == 1 and not before.isalpha() else 0
    if _SKIN_TONES[0] <= character <= _SKIN_TONES[1] and width_before == 2:
        return 0
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or _JAMO_TAILS[0] <= character <= _JAMO_TAILS[1]:
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
