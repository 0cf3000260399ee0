"""Edits applied to one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from stateaware.findings import Edit
from stateaware.text.source import LineIndex

BOM: Final = b"\xef\xbb\xbf"


class OverlapError(ValueError):
    """Two edits change the same characters, or insert at the same place."""


def line_ending(text: str) -> str:
    r"""The line ending that most lines of a text have: ``\n``, ``\r\n`` or ``\r``."""
    crlf = text.count("\r\n")
    ending = {"\n": text.count("\n") - crlf, "\r\n": crlf, "\r": text.count("\r") - crlf}
    return max(ending, key=ending.__getitem__)


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits of a file cannot both be applied; an insertion beside another edit cannot."""
    if one.file != other.file:
        return False
    start, end, other_start, other_end = one.span[:2], one.span[2:], other.span[:2], other.span[2:]
    if start == end or other_start == other_end:
        return start <= other_end and other_start <= end
    return start < other_end and other_start < end


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after some edits, all in terms of the text before.

    Line feeds in what is inserted become the text's own line ending.

    Raises:
        OverlapError: the edits contradict each other.
    """
    index, ending = LineIndex(text), line_ending(text)
    pieces = sorted(
        (index.offset(*edit.span[:2]), index.offset(*edit.span[2:]), edit.text.replace("\n", ending))
        for edit in edits
    )
    out: list[str] = []
    at = 0
    last: tuple[int, int, str] | None = None
    for piece in pieces:
        start, end, new = piece
        if start < at or (last is not None and start == last[0] == last[1]):
            raise OverlapError(f"two edits at offset {start}")
        out += (text[at:start], new)
        at, last = end, piece
    return "".join([*out, text[at:]])


def edit_bytes(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes of a file after some edits; a byte order mark stays.

    Raises:
        OverlapError: the edits contradict each other.
        UnicodeDecodeError: the file is not UTF-8.
    """
    mark = BOM if data.startswith(BOM) else b""
    return mark + apply_edits(data.decode("utf-8-sig"), edits).encode()


def edits_between(file: str, before: str, after: str) -> tuple[Edit, ...]:
    """Edits of whole lines that make one text of another."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    index = LineIndex(before)
    return tuple(
        Edit(file, index.span(starts[first], starts[last]), "".join(new[top:bottom]).replace("\r\n", "\n"))
        for kind, first, last, top, bottom in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    )
