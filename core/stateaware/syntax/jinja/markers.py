"""dbt Core's native rendering: what type a YAML text with Jinja gets."""

from __future__ import annotations

import ast
from typing import Final

from stateaware.syntax.jinja.errors import EvaluationError

_LONGEST_LITERAL: Final = 1_000


class TextMarker(str):
    """``| as_text``: stays text."""

    __slots__ = ()


class NativeMarker(str):
    """``| as_native``: read as a Python literal, if it is one."""

    __slots__ = ()


class BoolMarker(NativeMarker):
    """``| as_bool``: must be a boolean."""

    __slots__ = ()


class NumberMarker(NativeMarker):
    """``| as_number``: must be a number."""

    __slots__ = ()


def native_value(part: object) -> object:
    """The value of a text that was rendered in a single part: the part itself, unless it is marked.

    Raises:
        EvaluationError: it is marked as bool or number and is none.
    """
    if isinstance(part, TextMarker) or not isinstance(part, NativeMarker):
        return str(part) if isinstance(part, str) else part
    value: object = str(part)
    if len(part) <= _LONGEST_LITERAL:
        try:
            value = ast.literal_eval(str(part))
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            value = str(part)
    if isinstance(part, BoolMarker) and not isinstance(value, bool):
        raise EvaluationError(f"{str(part)!r} is no bool")
    if isinstance(part, NumberMarker) and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise EvaluationError(f"{str(part)!r} is no number")
    return value
