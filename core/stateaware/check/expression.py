"""The small language of ``-k`` and ``-m``: names joined by ``and``, ``or``, ``not`` and parentheses.

::

    expression := and_ ("or" and_)*
    and_       := not_ ("and" not_)*
    not_       := "not" not_ | "(" expression ")" | NAME

A NAME is any run of characters without spaces and parentheses, or a quoted string, so that
``-k models/marts`` and ``-m dbt-compat`` need no escaping.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeAlias

from stateaware.errors import SelectionError, suggest

Matcher: TypeAlias = Callable[[str], bool]
"""Says whether a name of the expression is true for an item."""

Evaluate: TypeAlias = Callable[[Matcher], bool]

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<paren>[()])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s()]+))"""
)
_DEPTH: Final = 50


class Token(NamedTuple):
    """One word of an expression; ``column`` starts at 0."""

    kind: str
    text: str
    column: int


class Expression:
    """A parsed expression; call it with a matcher.

    >>> Expression("orders and not (SA1 or sa2)", "-k")(lambda name: name == "orders")
    True
    """

    __slots__ = ("_evaluate", "names", "source")

    def __init__(self, source: str, option: str) -> None:
        parser = _Parser(source, option)
        self.source = source
        self._evaluate = parser.parse()
        self.names: tuple[tuple[str, int], ...] = tuple(parser.names)
        """The names with their columns, in written order."""

    def __call__(self, matches: Matcher) -> bool:
        return self._evaluate(matches)


def parse_keywords(source: str) -> Expression:
    """The expression of ``-k``.

    Raises:
        SelectionError: it cannot be read; the message points at the place.
    """
    return Expression(source, "-k")


def parse_marks(source: str, known: Iterable[str]) -> Expression:
    """The expression of ``-m``, whose names must all be known.

    Raises:
        SelectionError: it cannot be read, or a name is unknown.
    """
    expression = Expression(source, "-m")
    marks = sorted(set(known))
    for name, column in expression.names:
        if name.lower() not in marks:
            remedy = suggest(name, marks, f"Known: {', '.join(marks)}")
            raise _error("-m", source, column, f"unknown mark `{name}`", remedy)
    return expression


def _error(option: str, source: str, column: int, what: str, remedy: str = "") -> SelectionError:
    pointed = f"    {source}\n    {' ' * column}^"
    return SelectionError(f"{option}: {what}\n{pointed}", remedy)


def _tokens(source: str, option: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while source[at:].strip():
        found = _TOKEN.match(source, at)
        if found is None:  # only a lone quote can get here, since every other character starts a word
            raise _error(option, source, at, "a quote that is not closed")
        kind = str(found.lastgroup)
        text = found.group(kind)
        if kind == "word" and text[0] in "\"'":
            raise _error(option, source, found.start(kind), "a quote that is not closed")
        is_operator = kind == "paren" or (kind == "word" and text in ("and", "or", "not"))
        tokens.append(Token(text if is_operator else "name", text, found.start(kind)))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, source: str, option: str) -> None:
        self.source = source
        self.option = option
        self.tokens = _tokens(source, option)
        self.at = 0
        self.depth = 0
        self.names: list[tuple[str, int]] = []

    def parse(self) -> Evaluate:
        if not self.tokens:
            raise SelectionError(f"{self.option}: the expression is empty")
        result = self._or()
        if self.at < len(self.tokens):
            raise self._fail("`and`, `or` or the end")
        return result

    def _accept(self, kind: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at].kind == kind:
            self.at += 1
            return True
        return False

    def _fail(self, expected: str) -> SelectionError:
        if self.at >= len(self.tokens):
            column, got = len(self.source.rstrip()), "it ends"
        else:
            token = self.tokens[self.at]
            column, got = token.column, f"there is `{token.text}`"
        return _error(self.option, self.source, column, f"expected {expected}, but {got}")

    def _or(self) -> Evaluate:
        parts = [self._and()]
        while self._accept("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else lambda matches: any(part(matches) for part in parts)

    def _and(self) -> Evaluate:
        parts = [self._not()]
        while self._accept("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda matches: all(part(matches) for part in parts)

    def _not(self) -> Evaluate:
        self.depth += 1
        if self.depth > _DEPTH:
            raise SelectionError(f"{self.option}: nested more than {_DEPTH} deep")
        try:
            return self._atom()
        finally:
            self.depth -= 1

    def _atom(self) -> Evaluate:
        if self._accept("not"):
            inner = self._not()
            return lambda matches: not inner(matches)
        if self._accept("("):
            inner = self._or()
            if not self._accept(")"):
                raise self._fail("`)`")
            return inner
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "name":
            token = self.tokens[self.at]
            self.at += 1
            self.names.append((token.text, token.column))
            return lambda matches: matches(token.text)
        raise self._fail("a name, `not` or `(`")
