"""Literals and arithmetic on literals."""

from __future__ import annotations

from typing import Final

from stateaware.syntax.sql.lexer import Token
from stateaware.syntax.sql.nodes import Constant, Operation, Tree

_ESCAPES: Final = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_LARGEST: Final = 2**63
_LONGEST: Final = 10_000


def unescape(written: str) -> str | None:
    """The value of a quoted string; None for escapes that Jinja2 and minijinja read differently."""
    if "\\" not in written:
        return written[1:-1]
    parts = written[1:-1].split("\\")
    value = [parts[0]]
    rest = iter(parts[1:])
    for part in rest:
        if not part:
            value.append("\\" + next(rest, ""))
        elif part[0] in _ESCAPES:
            value.append(_ESCAPES[part[0]] + part[1:])
        else:
            return None
    return "".join(value)


def number(token: Token) -> Tree:
    """The node of a number; one too long to be meant is left unread."""
    digits = token.value.replace("_", "")
    if len(digits) > 40:
        return Operation(token.start, token.end, "number", ())
    if digits[:2].lower() in ("0x", "0o", "0b"):
        return Constant(token.start, token.end, int(digits, 0))
    if digits.isdigit():
        return Constant(token.start, token.end, int(digits))
    return Constant(token.start, token.end, float(digits))


def join(operator: str, left: Tree, right: Tree) -> Tree:
    """An operation on two values, computed if both are constants."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        value = _fold(operator, left.value, right.value)
        if value is not None:
            return Constant(left.start, right.end, value)
    return Operation(left.start, right.end, operator, (left, right))


def _fold(operator: str, left: object, right: object) -> str | int | float | None:
    """The value of an operation on constants, where it is small and the same on every engine."""
    if isinstance(left, str) and isinstance(right, str):
        return left + right if operator in "+~" and len(left) + len(right) <= _LONGEST else None
    if type(left) is not int or type(right) is not int:
        return None
    result: int | float
    if operator == "+":
        result = left + right
    elif operator == "-":
        result = left - right
    elif operator == "*":
        result = left * right
    elif operator == "/" and right:
        result = left / right
    elif operator == "//" and left >= 0 and right > 0:
        result = left // right
    elif operator == "%" and left >= 0 and right > 0:
        result = left % right
    else:
        return None
    return result if abs(result) < _LARGEST else None
