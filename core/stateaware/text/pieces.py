"""Lines for people, in pieces that an output may colour; the words say the same without colours."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Tone: TypeAlias = Literal["", "strong", "dim", "passed", "warning", "error"]


class Piece(NamedTuple):
    """A part of a line. It may hold line breaks or control characters, which no output may show as such."""

    text: str
    tone: Tone = ""


Line: TypeAlias = tuple[Piece, ...]


def plain_line(line: Line) -> str:
    """A line without colours. Names may hold line breaks, and must not look like more than one line."""
    return "".join(single(piece.text) for piece in line)


def single(text: str) -> str:
    """A text with blanks for its line breaks."""
    return " ".join(text.splitlines())
