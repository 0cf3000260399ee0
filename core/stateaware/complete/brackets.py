"""Reads the brackets around a cursor: maps in YAML's flow style, dictionaries and calls in code."""

from __future__ import annotations

from typing import Final

from stateaware.complete.cursor import Cursor, Style, word_before, word_end
from stateaware.records import dataclass, field

_AHEAD: Final = 4000
"""How many characters behind the cursor are read for the keys of the same map."""

_CLOSERS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(slots=True)
class Bracket:
    """An open bracket.

    ``key`` is the key of which the value is being read, ``start`` the offset where the present key or
    value may start, ``keys`` are all keys so far with the offsets where they start.
    """

    opener: str
    start: int
    key: str | None = None
    keys: list[tuple[int, str]] = field(default_factory=list)


class Brackets:
    """The brackets that are open at an offset, read forward from one that is in none."""

    def __init__(self, text: str, start: int, *, yaml: bool, comments: bool) -> None:
        """``comments``: a ``#`` after a blank starts one."""
        self._text = text
        self._yaml = yaml
        self._comments = comments
        self._end = self.at = start
        self.open: list[Bracket] = []
        self.quote = ""
        self.quote_start = start
        self.in_comment = False
        self.wrong = False
        """Whether a bracket was closed that is not the innermost open one."""

    def read(self, end: int, depth: int = 0) -> None:
        """Go on to an offset, or to where less than ``depth`` brackets are open."""
        text, self._end = self._text, end
        while self.at < end and not self.wrong and len(self.open) >= depth:
            character = text[self.at]
            if self.in_comment:
                self.in_comment = character not in "\r\n"
            elif self.quote:
                self._quoted(character)
            else:
                self._plain(character)
            self.at += 1

    def _quoted(self, character: str) -> None:
        if character == "\\" and (self.quote == '"' or not self._yaml):
            self.at += 1
        elif character == self.quote:
            self.quote = ""

    def _plain(self, character: str) -> None:
        text, at = self._text, self.at
        if character in "'\"":
            # in YAML a quote inside a word is a letter
            if not self._yaml or text[at - 1 : at] in ("", " ", "\t", "\n", "\r", "{", "[", ",", ":", "("):
                self.quote, self.quote_start = character, at
        elif character == "#" and self._comments and text[at - 1 : at] in ("", " ", "\t", "\n", "\r"):
            self.in_comment = True
        elif character in "([{" and not (self._yaml and character == "("):
            self.open.append(Bracket(character, at + 1))
        elif character in _CLOSERS and not (self._yaml and character == ")"):
            if not self.open or self.open[-1].opener != _CLOSERS[character]:
                self.wrong = True
            else:
                self.open.pop()
        elif self.open:
            self._inside(self.open[-1], character)

    def _inside(self, bracket: Bracket, character: str) -> None:
        text, at = self._text, self.at
        if character == ",":
            bracket.key, bracket.start = None, at + 1
            return
        if bracket.key is not None:
            return
        if bracket.opener == "{":
            ends = character == ":" and (
                not self._yaml or at + 1 == self._end or text[at + 1] in " \t\n\r{['\""
            )
        else:
            ends = bracket.opener == "(" and character == "=" and text[at + 1 : at + 2] != "="
        if ends:
            written = text[bracket.start : at]
            bracket.key = written.strip().strip("'\"")
            bracket.keys.append((bracket.start + len(written) - len(written.lstrip()), bracket.key))
            bracket.start = at + 1


def bracket_cursor(
    text: str, cursor: int, brackets: Brackets, path: tuple[str, ...], style: Style
) -> Cursor | None:
    """The place in the innermost of some brackets, of which ``path`` are the keys around."""
    inner = brackets.open[-1]
    quote = brackets.quote
    start = word_before(text, cursor)
    end = word_end(text, cursor)
    if quote:
        if start != brackets.quote_start + 1:
            return None
        start -= 1
        end += text[end : end + 1] == quote
    written = text[inner.start : start]
    if written.strip():
        return None
    if inner.key is not None:
        space = " " if not written and style != "code" and not quote else ""
        return Cursor("value", style, (*path, inner.key), start, end, quote, space)
    behind = text[end:].lstrip(" ")
    followed = behind[:1] == ":" or (inner.opener == "(" and behind[:1] == "=")
    depth = len(brackets.open)
    brackets.read(min(len(text), cursor + _AHEAD), depth)
    siblings = frozenset(key for at, key in inner.keys if at != start)
    return Cursor(
        "key",
        style,
        path,
        start,
        end,
        quote,
        siblings=siblings,
        followed=followed,
        argument=inner.opener == "(",
    )
