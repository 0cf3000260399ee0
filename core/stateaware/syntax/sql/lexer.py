"""Tokens of one Jinja tag."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

NAME: Final = "name"
STRING: Final = "string"
NUMBER: Final = "number"
END: Final = "end of the tag"
BAD: Final = "bad"
OPEN_STRING: Final = "open string"
FILE_END: Final = "end of the file"

MAX_DEPTH: Final = 100
"""How deep brackets may nest: within what both engines take, and far from Python's own limit."""
MAX_TOKENS: Final = 100_000
"""How long a tag may be; no tag that is written by hand comes near."""

_TOKEN: Final = re.compile(
    r"""\s*(?:
      ([^\W\d]\w*)
    | ('[^'\\]*'|"[^"\\]*")
    | (0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][-+]?\d+)?)
    | ([-+]?(?:\}\}|%\}))
    | (\*\*|//|[=!<>]=|[-+*/%~<>=()\[\]{},.:|])
    | (['"])
    )""",
    re.VERBOSE,
)
_LINE_END: Final = re.compile(r"[\r\n]")
_SPACE: Final = re.compile(r"\s*")
_STRING_STOP: Final = {"'": re.compile(r"['\\]"), '"': re.compile(r'["\\]')}
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


class Token(NamedTuple):
    """``kind`` is one of the constants above or, for operators and brackets, the text itself.

    ``value`` is the text as written; of the last three kinds, what is wrong.
    """

    kind: str
    start: int
    end: int
    value: str


def tokenize(text: str, start: int, closer: str) -> list[Token]:
    """Tokens from ``start`` (after ``{{`` or ``{%``) to the closer ``}}`` or ``%}``.

    The last token is the closer (``END``, its span holds a trim marker too) or, where no sensible
    end can be found, ``BAD``, ``OPEN_STRING`` or ``FILE_END``. A closer inside brackets is no closer:
    ``{{ {'a': {}}}}``.
    """
    tokens: list[Token] = []
    append = tokens.append
    match = _TOKEN.match
    brackets: list[str] = []
    at = start
    while len(tokens) < MAX_TOKENS:
        found = match(text, at)
        if found is None:
            append(_no_token(text, at, closer))
            return tokens
        group = found.lastindex or 0
        begin, at = found.span(group)
        written = found[group]
        if group == 1:
            append(Token(NAME, begin, at, written))
        elif group == 5:
            if written in "([{":
                if len(brackets) == MAX_DEPTH:
                    append(Token(BAD, begin, at, f"brackets nest deeper than {MAX_DEPTH}"))
                    return tokens
                brackets.append(written)
            elif written in ")]}" and (fault := _mismatch(brackets, written)):
                append(Token(BAD, begin, at, fault))
                return tokens
            append(Token(written, begin, at, written))
        elif group == 2:
            append(Token(STRING, begin, at, written))
        elif group == 3:
            append(Token(NUMBER, begin, at, written))
        elif group == 4:
            if not brackets and written.endswith(closer):
                append(Token(END, begin, at, written))
                return tokens
            at = begin + 1
            if written[0] == "}" and (fault := _mismatch(brackets, "}")):
                append(Token(BAD, begin, at, fault))
                return tokens
            append(Token(written[0], begin, at, written[0]))
        else:
            at = _string_end(text, begin, written)
            if at < 0:
                line_end = _LINE_END.search(text, begin)
                at = line_end.start() if line_end else len(text)
                append(Token(OPEN_STRING, begin, at, f"this string has no closing {written}"))
                return tokens
            append(Token(STRING, begin, at, text[begin:at]))
    append(Token(BAD, at, at + 1, f"this tag has more than {MAX_TOKENS:,} parts"))
    return tokens


def _mismatch(brackets: list[str], closing: str) -> str:
    """Close the innermost bracket; what is wrong if it is another one."""
    if not brackets:
        return f"`{closing}` closes no open bracket"
    wanted = _CLOSING[brackets.pop()]
    return "" if wanted == closing else f"`{wanted}` is missing before this `{closing}`"


def _string_end(text: str, start: int, quote: str) -> int:
    """Offset behind a string that holds escapes, or -1."""
    search = _STRING_STOP[quote].search
    at = start + 1
    while found := search(text, at):
        if found[0] == quote:
            return found.end()
        at = found.end() + 1
    return -1


def _no_token(text: str, at: int, closer: str) -> Token:
    space = _SPACE.match(text, at)
    begin = space.end() if space else at
    if begin >= len(text):
        return Token(FILE_END, begin, begin, f"the file ends before `{closer}`")
    return Token(BAD, begin, begin + 1, f"`{text[begin]}` has no meaning in Jinja")
