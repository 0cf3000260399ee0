"""The parts of a parsed Jinja expression, by offset, and the error that stops a parse."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, NoReturn, TypeAlias


class Constant(NamedTuple):
    """A literal, or a folded expression of literals: str, int, float, bool or None."""

    start: int
    end: int
    value: str | int | float | bool | None


class Name(NamedTuple):
    """A variable."""

    start: int
    end: int
    name: str


class Collection(NamedTuple):
    """A list or tuple."""

    start: int
    end: int
    children: tuple[Tree, ...]


class Dictionary(NamedTuple):
    """A dict literal; keys and values stand at the same index."""

    start: int
    end: int
    keys: tuple[Tree, ...]
    children: tuple[Tree, ...]


class Argument(NamedTuple):
    """An argument of a call: ``kind`` is ``""``, ``"="`` (then with a name), ``"*"`` or ``"**"``."""

    kind: str
    name: str
    name_start: int
    name_end: int
    value: Tree


class Call(NamedTuple):
    """A call of any expression. ``closed`` is the offset behind its own bracket: ``(f())`` ends later."""

    start: int
    end: int
    callee: Tree
    arguments: tuple[Argument, ...]
    closed: int


class Operation(NamedTuple):
    """Everything else: operators, ``.attribute``, ``[]``, ``|filter``, ``is test``, ``if``.

    Children that may not run (the branches of ``if``, the right side of ``and`` and ``or``) are not first.
    """

    start: int
    end: int
    operator: str
    children: tuple[Tree, ...]


Tree: TypeAlias = "Constant | Name | Collection | Dictionary | Call | Operation"

LAZY: Final = frozenset({"if", "and", "or"})
"""Operators that may leave out some of their children."""

Told: TypeAlias = Literal["start", "file end", "nowhere"]


class Broken(Exception):
    """A syntax error between two offsets; ``told`` is where dbt v2 reports it."""

    def __init__(self, message: str, start: int, end: int, told: Told = "start") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.told = told


def fail(message: str, start: int, end: int, told: Told = "start") -> NoReturn:
    """Stop with a syntax error."""
    raise Broken(message, start, end, told)
