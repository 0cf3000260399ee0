"""Where in a file's structure a cursor stands, told from the text around it."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass

Role: TypeAlias = Literal["key", "value"]
Style: TypeAlias = Literal["block", "flow", "code"]

ITEM: Final = "-"
"""The part of a path that stands for an item of a list."""

_WORD: Final = re.compile(r"[+\w]*\Z")
_REST: Final = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place where a key or a value is being written.

    Attributes:
        role: what stands here.
        style: a line of a YAML block, the inside of ``{...}`` in YAML, or code.
        path: the keys around it, ``-`` for items of lists. For a value the last is its own key.
        start: offset of what is replaced; a quote that opens before the word belongs to it.
        end: offset behind it, behind the word that the cursor stands in.
        quote: the quote that is open, or nothing.
        space: what has to be written before the word, a blank right behind a colon.
        column: 0-based column at which the content of the line starts.
        step: how far the file indents.
        siblings: keys that the same map has already.
        followed: a colon or ``=`` already follows.
        argument: a key is the name of an argument, which has no quotes.
    """

    role: Role
    style: Style
    path: tuple[str, ...]
    start: int
    end: int
    quote: str = ""
    space: str = ""
    column: int = 0
    step: int = 2
    siblings: frozenset[str] = frozenset()
    followed: bool = False
    argument: bool = False


def word_before(text: str, cursor: int) -> int:
    """The offset at which the word before a cursor starts."""
    line = text.rfind("\n", 0, cursor) + 1
    found = _WORD.search(text, line, cursor)
    return found.start() if found else cursor


def word_end(text: str, cursor: int) -> int:
    """The offset behind the word that a cursor stands in."""
    found = _REST.match(text, cursor)
    return found.end() if found else cursor
