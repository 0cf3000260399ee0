"""Code before Jinja without what does not matter, where that is certain: comments and whitespace.

What a template renders to is not known here, and is taken to be SQL in which strings and comments end where
they begin. So whitespace between words stays one space, and beside brackets, commas and semicolons it goes.
A template in which it is not certain where strings end is taken as it is written.
"""

from __future__ import annotations

import re
from typing import Final

from stateaware.fingerprint.config import BUILD_KEYS
from stateaware.rules.freshness_sql import DIALECTS

MAX_TEMPLATE: Final = 5_000_000
"""Characters; longer texts are taken as they are."""

_QUOTES: Final = {"'": "'", '"': '"', "`": "`"}
_BRACKETED: Final = frozenset({"tsql", "fabric", "sqlite"})
"""Dialects with names in ``[]``."""
_TRIPLE: Final = frozenset({"", "bigquery"})
"""Dialects with strings in triple quotes, and all that are not known."""

_DATA: Final = re.compile(
    r"\{[{%#]|'{1,3}|\"{1,3}|`|--|/\*|//|#|\$\w*\$|\[|\s+|[(),;]|[^\s{'\"`\-/#$\[(),;]+|.", re.DOTALL
)
_JINJA: Final = re.compile(
    r"""[+-]?(?P<end>[}%]\})|(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<space>\s+)|\w+|[^\w\s'"]""",
    re.DOTALL,
)
_OPENS: Final = re.compile(r"\{[{%#]")
_TIGHT: Final = frozenset("(),;")


class _Uncertain(Exception):
    """Where strings or comments end cannot be told."""


def template_form(text: str, adapter: str, *, config_counts: bool) -> str:
    """A template without what does not matter.

    ``config()`` is left out where the configuration is compared by itself; else the keys in it count that
    shape the build.
    """
    if len(text) > MAX_TEMPLATE:
        return text.strip()
    try:
        return _Reader(text, DIALECTS.get(adapter.lower(), ""), config_counts).read()
    except _Uncertain:
        return text.strip()


class _Reader:
    """One pass over a template, in linear time."""

    def __init__(self, text: str, dialect: str, config_counts: bool) -> None:
        self._text = text
        self._dialect = dialect
        self._config_counts = config_counts
        self._at = 0
        self._out: list[str] = []

    def read(self) -> str:
        text, end = self._text, len(self._text)
        while self._at < end:
            match = _DATA.match(text, self._at)
            if match is None:
                raise _Uncertain
            self._take(match.group())
        return "".join(self._out).strip()

    def _take(self, piece: str) -> None:
        first = piece[0]
        if piece == "{#":
            self._skip_past("#}")
        elif piece in ("{{", "{%"):
            self._jinja()
        elif first in "'\"`" or (first == "[" and self._dialect in _BRACKETED):
            if len(piece) >= 3 and self._dialect in _TRIPLE:
                raise _Uncertain
            self._quoted(first)
        elif piece == "--":
            self._line_comment()
        elif piece == "/*":
            self._block_comment()
        elif piece in ("//", "#") or (first == "$" and len(piece) > 1):
            raise _Uncertain
        elif piece.isspace():
            self._space()
            self._at += len(piece)
        else:
            if first in _TIGHT and self._out and self._out[-1] == " ":
                self._out.pop()
            self._out.append(piece)
            self._at += len(piece)

    def _space(self) -> None:
        if self._out and self._out[-1] != " " and self._out[-1] not in _TIGHT:
            self._out.append(" ")

    def _skip_past(self, closing: str) -> str:
        end = self._text.find(closing, self._at + 2)
        if end < 0:
            raise _Uncertain
        start, self._at = self._at, end + len(closing)
        return self._text[start : self._at]

    def _quoted(self, opening: str) -> None:
        """A string or quoted name. Jinja may stand in it, but no tag that may leave a part of it out."""
        closing = "]" if opening == "[" else opening
        begin = self._at
        self._at += 1
        self._out.append(opening)
        stop = self._at - 1
        while True:
            if stop < self._at:
                stop = self._text.find(closing, self._at)
            if stop < 0:
                raise _Uncertain
            jinja = _OPENS.search(self._text, self._at, stop)
            if jinja is None:
                if self._text[stop - 1] == "\\" and stop - 1 > begin:
                    raise _Uncertain  # the quote may be part of the string
                self._out.append(self._text[self._at : stop + 1])
                self._at = stop + 1
                return
            self._out.append(self._text[self._at : jinja.start()])
            self._at = jinja.start()
            if jinja.group() == "{%":
                raise _Uncertain
            if jinja.group() == "{#":
                self._skip_past("#}")
            else:
                self._jinja()

    def _line_comment(self) -> None:
        """A comment to the end of its line; kept where Jinja runs in it."""
        end = self._text.find("\n", self._at)
        end = len(self._text) if end < 0 else end
        jinja = _OPENS.search(self._text, self._at, end)
        if jinja is None:
            if self._dialect == "mysql" and not self._text[self._at + 2 : self._at + 3].isspace():
                raise _Uncertain
            self._at = end
            self._space()
            return
        while jinja is not None:
            if jinja.group() != "{{":
                raise _Uncertain
            self._out.append(self._text[self._at : jinja.start()])
            self._at = jinja.start()
            self._jinja()
            if end < self._at:
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
            jinja = _OPENS.search(self._text, self._at, end)
        self._out.append(self._text[self._at : end] + "\n")
        self._at = end

    def _block_comment(self) -> None:
        """A comment; kept where it is a hint, or Jinja runs in it."""
        comment = self._skip_past("*/")
        if "/*" in comment[2:]:
            raise _Uncertain  # some warehouses have comments in comments
        if comment.startswith("/*+") or _OPENS.search(comment):
            self._out.append(comment)
        else:
            self._space()

    def _jinja(self) -> None:
        """An expression or a tag, as its words."""
        text, words, braces = self._text, [], 0
        start = self._at
        opening = text[start : start + 2]
        at = start + 2
        closing = "}}" if opening == "{{" else "%}"
        while True:
            match = _JINJA.match(text, at)
            if match is None:
                raise _Uncertain
            if match["end"] == closing and not braces:
                break
            piece = match.group()
            if match["end"] is not None:  # of the other kind, or inside braces: only its first character
                piece = piece[0]
            at += len(piece)
            if match["space"] is None:
                words.append(piece)
                braces += (piece == "{") - (piece == "}")
        self._at = match.end()
        if words[:1] == ["raw"] or words[1:2] == ["raw"]:
            raise _Uncertain
        if opening == "{{":
            counted = _config_words(words, self._config_counts)
            if counted is None:
                return
            words = counted
        trimmed = match.group()[0] if match.group()[0] in "+-" else ""
        gap = "" if words and words[0] in "+-" and text[start + 2] in "+-" else " "
        self._out.append(f"{opening}{gap}{' '.join(words)} {trimmed}{closing}")


def _config_words(words: list[str], counts: bool) -> list[str] | None:
    """A call of ``config`` with the keys that count, sorted; None where nothing is left of it."""
    if words[:2] != ["config", "("] or words[-1] != ")":
        return words
    arguments: list[list[str]] = [[]]
    depth = 0
    for word in words[2:-1]:
        depth += (word in "([{") - (word in ")]}")
        if depth < 0:
            return words  # `config(…) ~ f(…)`
        if word == "," and not depth:
            arguments.append([])
        else:
            arguments[-1].append(word)
    if not counts:
        return None
    kept = sorted(one for one in arguments if one and (one[1:2] != ["="] or one[0] in BUILD_KEYS))
    return ["config", "(", *(word for one in kept for word in (*one, ",")), ")"] if kept else None
