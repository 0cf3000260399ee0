"""Edits of ``config(...)`` calls that keep how their arguments are laid out."""

from __future__ import annotations

import re
from typing import Final

from stateaware.findings import Edit
from stateaware.syntax.sql.calls import ConfigCall
from stateaware.syntax.tree import Entry
from stateaware.text.source import SourceText

_EQUALS: Final = re.compile(r"\s*=\s*")
_COMMA: Final = re.compile(r"\s*,")
_BEFORE: Final = re.compile(r"\s*,\s*\Z|\s*\Z")


def remove_argument(source: SourceText, call: ConfigCall, entry: Entry) -> tuple[Edit, ...]:
    """Takes a keyword argument away; the whole ``{{ ... }}`` with its line where it is the only one."""
    text, index = source.text, source.index
    start, end = index.offset(*entry.key.span[:2]), index.offset(*entry.value.span[2:])
    equals = _EQUALS.match(text, index.offset(*entry.key.span[2:]))
    if equals is None or equals.end() != index.offset(*entry.value.span[:2]):
        return ()
    first, last = index.offset(*call.span[:2]), index.offset(*call.span[2:])
    comma = _COMMA.match(text, end)
    alone = (
        text[first:start].rstrip().endswith("(") and text[comma.end() if comma else end : last].strip() == ")"
    )
    if alone and not source.path.endswith(".py"):
        start, end = index.offset(*call.block[:2]), index.offset(*call.block[2:])
        if text[start:first].strip("{-+ \t\r\n") or text[last:end].strip("}-+ \t\r\n"):
            return ()
        blank = re.compile(r"[ \t]*(?:\r\n|\n|\r|\Z)(?:[ \t]*(?:\r\n|\n|\r))*").match(text, end)
        line_start = index.offset(index.position(start)[0], 1)
        if blank is not None and not text[line_start:start].strip():
            start, end = line_start, blank.end()
        return (Edit(source.path, index.span(start, end), ""),)
    if comma is not None and text[comma.end() : last].strip() != ")":
        rest = re.compile(r"\s*").match(text, comma.end())
        return (Edit(source.path, index.span(start, rest.end() if rest else comma.end()), ""),)
    before = _BEFORE.search(text, first, start)
    return (Edit(source.path, index.span(before.start() if before else start, end), ""),)


def add_argument(source: SourceText, call: ConfigCall, argument: str) -> tuple[Edit, ...]:
    """Adds a keyword argument at the end, on a line of its own where the others are."""
    text, index = source.text, source.index
    first, closed = index.offset(*call.span[:2]), index.offset(*call.span[2:]) - 1
    if text[closed] != ")":
        return ()
    at = first + len(text[first:closed].rstrip())
    if text[at - 1] == "(":
        return (Edit(source.path, index.span(at, closed), argument),)
    comma = text[at - 1] == ","
    line = index.position(at)[0]
    content = index.line_text(line)
    own_lines = index.position(closed)[0] > line
    gap = "\n" + content[: len(content) - len(content.lstrip())] if own_lines else " "
    added = f"{'' if comma else ','}{gap}{argument}{',' if comma and own_lines else ''}"
    return (Edit(source.path, index.span(at, at), added),)


def add_call(source: SourceText, argument: str) -> tuple[Edit, ...]:
    """Writes a call at the top of a SQL model."""
    start = source.index.span(0, 0)
    return (Edit(source.path, start, f"{{{{ config({argument}) }}}}\n\n"),)
