"""Finds the place of a cursor inside a ``config(...)`` call that is being typed."""

from __future__ import annotations

import re
from typing import Final

from stateaware.complete.brackets import Brackets, bracket_cursor
from stateaware.complete.cursor import ITEM, Cursor

_SQL_CALL: Final = re.compile(r"\{(?:\{[-+]?|%[-+]?\s*do\b)\s*config\s*(?=\()")
_PYTHON_CALL: Final = re.compile(r"\bdbt\s*\.\s*config\s*(?=\()")
_FARTHEST: Final = 20_000
"""How many characters before the cursor a call is looked for."""


def code_cursor(text: str, cursor: int, *, python: bool) -> Cursor | None:
    """The place at an offset of a model's SQL or Python; None outside of ``config(...)``.

    The path of a cursor starts below the call: it is empty for an argument.
    """
    calls = _PYTHON_CALL if python else _SQL_CALL
    for found in reversed(list(calls.finditer(text, max(0, cursor - _FARTHEST), cursor))):
        brackets = Brackets(text, found.end(), yaml=False, comments=python)
        brackets.read(found.end() + 1)
        brackets.read(cursor, 1)
        if brackets.at < cursor or not brackets.open or brackets.wrong or brackets.in_comment:
            return None
        path = _path(brackets)
        if path is None:
            return None
        return bracket_cursor(text, cursor, brackets, path, "code")
    return None


def _path(brackets: Brackets) -> tuple[str, ...] | None:
    """The keys around the innermost bracket; None where it is no dictionary, nor the call itself."""
    path: list[str] = []
    for outer, inner in zip(brackets.open, brackets.open[1:], strict=False):
        if inner.opener == "(":
            return None
        if outer.opener == "(":
            # `config({...})` and `config(**{...})` set the keys of the dictionary
            path += [outer.key] if outer.key is not None else []
        else:
            path.append(outer.key or ITEM)
    return tuple(path) if brackets.open[-1].opener != "[" else None
