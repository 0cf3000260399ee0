"""The short way through ``{{ config(key=literal, ...) }}``.

Most files hold such a call and nothing harder. Here its tree is made without tokens and without a
parse tree; whatever is not plainly literal is left to the parser, which gives the same answer.
"""

from __future__ import annotations

import re
from typing import Final

from stateaware.syntax.sql.places import Locate
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Sequence

_OPENING: Final = re.compile(r"\{\{[-+]?\s*(config\s*\()")
_CLOSING: Final = re.compile(r"\s*(\))\s*[-+]?\}\}")
_KEYWORD: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*")
_KEY: Final = re.compile(r"""\s*('[^'\\]*'|"[^"\\]*")\s*:\s*""")
_ATOM: Final = re.compile(
    r"""('[^'\\]*'|"[^"\\]*")\s*|(-?[1-9]\d{0,17}|0)\s*|([Tt]rue|[Ff]alse|[Nn]one)\s*|([{\[])\s*"""
)
_WORDS: Final = {"true": True, "false": False, "none": None}
_DEEPEST: Final = 20


class _NotPlain(Exception):
    """Something other than a literal."""


def plain_config(text: str, start: int, locate: Locate) -> tuple[tuple[Entry, ...], int, int, int] | None:
    """The arguments of a ``{{ config(...) }}`` at ``start`` that has literal keyword arguments only.

    Returns them with the offsets of ``config``, behind its bracket and behind the tag.
    """
    opening = _OPENING.match(text, start)
    if opening is None:
        return None
    entries: dict[str, Entry] = {}
    at = opening.end()
    try:
        while keyword := _KEYWORD.match(text, at):
            name = keyword[1]
            value, at = _value(text, keyword.end(), locate, _DEEPEST)
            if name in entries:
                return None
            entries[name] = Entry(Scalar(name, locate(*keyword.span(1)), "native", None, name), value)
            if text[at : at + 1] != ",":
                break
            at += 1
    except _NotPlain:
        return None
    closing = _CLOSING.match(text, at)
    if closing is None:
        return None
    return tuple(entries.values()), opening.start(1), closing.end(1), closing.end()


def _value(text: str, at: int, locate: Locate, depth: int) -> tuple[Node, int]:
    """The literal at an offset and the offset of what follows it, space skipped."""
    found = _ATOM.match(text, at)
    if found is None or not depth:
        raise _NotPlain
    kind = found.lastindex
    if kind == 1:
        written = found[1][1:-1]
        return Scalar(written, locate(*found.span(1)), "native", None, written), found.end()
    if kind == 2:
        return Scalar(found[2], locate(*found.span(2)), "native", None, int(found[2])), found.end()
    if kind == 3:
        value = _WORDS[found[3].lower()]
        return Scalar(
            "" if value is None else str(value), locate(*found.span(3)), "native", None, value
        ), found.end()
    if found[4] == "{":
        return _mapping(text, found, locate, depth - 1)
    return _sequence(text, found, locate, depth - 1)


def _mapping(text: str, opening: re.Match[str], locate: Locate, depth: int) -> tuple[Node, int]:
    entries: dict[str, Entry] = {}
    at = opening.end()
    while key := _KEY.match(text, at):
        value, at = _value(text, key.end(), locate, depth)
        name = key[1][1:-1]
        if name in entries:
            raise _NotPlain
        entries[name] = Entry(Scalar(name, locate(*key.span(1)), "native", None, name), value)
        if text[at : at + 1] != ",":
            break
        at += 1
    end = _closed(text, at, "}")
    return Mapping(tuple(entries.values()), locate(opening.start(4), end), True), _skip_space(text, end)


def _sequence(text: str, opening: re.Match[str], locate: Locate, depth: int) -> tuple[Node, int]:
    items: list[Node] = []
    at = opening.end()
    while text[at : at + 1] != "]":
        value, at = _value(text, at, locate, depth)
        items.append(value)
        if text[at : at + 1] != ",":
            break
        at = _skip_space(text, at + 1)
    end = _closed(text, at, "]")
    return Sequence(tuple(items), locate(opening.start(4), end), True), _skip_space(text, end)


_SPACE: Final = re.compile(r"\s*")


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _closed(text: str, at: int, bracket: str) -> int:
    """The offset behind a closing bracket that stands at ``at`` or behind space."""
    at = _skip_space(text, at)
    if text[at : at + 1] != bracket:
        raise _NotPlain
    return at + 1
