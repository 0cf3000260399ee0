"""SQL without what does not matter: comments, whitespace, the case of keywords and unquoted names.

Two texts that a warehouse may run differently never get one form; two that mean the same may get two, which
costs a build. sqlglot is imported only when there is SQL to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from stateaware.rules.freshness_sql import DIALECTS, silence

if TYPE_CHECKING:
    from sqlglot import Token
    from sqlglot.dialects.dialect import Dialect

VERSION: Final = "1"
"""Of the forms that this module makes: raised when the same text gets another one."""

MAX_PARSED: Final = 200_000
"""Characters; of longer texts only the tokens are compared. sqlglot parses about a megabyte in a second."""
MAX_TOKENS: Final = 5_000_000
"""Characters; longer texts are compared as they are."""
MAX_DEPTH: Final = 24
"""Brackets and CASEs inside each other. sqlglot uses a dozen frames of Python's stack, which holds a
thousand, for each; a fixed limit gives a text the same form wherever it is read from."""

Kind: TypeAlias = Literal["tree", "tokens", "text"]
KINDS: Final[tuple[Kind, ...]] = ("tree", "tokens", "text")


class Form(NamedTuple):
    """What stands for a text, and from how close a reading; forms of different kinds say nothing."""

    kind: Kind
    digest: str


def sql_form(text: str, adapter: str, kind: Kind = "tree") -> Form:
    """The form of SQL in the dialect of a dbt adapter; of a looser kind where it cannot be read so.

    ``tokens`` is for what sqlglot cannot parse, adapters it does not know and texts too long or too
    deep; ``text`` for what it cannot even split into words.
    """
    tokens = None if kind == "text" else _tokens(text, adapter)
    if tokens is None:
        return Form("text", digest("text", text.strip()))
    name = _dialect_name(adapter)
    if kind == "tree" and name and len(text) <= MAX_PARSED and _depth(tokens) <= MAX_DEPTH:
        tree = _tree(text, tokens, name)
        if tree is not None:
            return Form("tree", digest("tree", name, *tree, *_anchors(tokens)))
    return Form("tokens", digest("tokens", name, *_words(tokens, name)))


def sql_forms(then: str, now: str, adapter: str) -> tuple[str, str]:
    """The forms of two texts, of one kind, so that they can be compared.

    Most changes show in the words: only where names and literals are the same and other words are not,
    the texts are parsed.
    """
    before, after = _tokens(then, adapter), _tokens(now, adapter)
    if before is not None and after is not None:
        name = _dialect_name(adapter)
        old_words, new_words = list(_words(before, name)), list(_words(after, name))
        if old_words == new_words or list(_anchors(before)) != list(_anchors(after)):
            return digest("tokens", name, *old_words), digest("tokens", name, *new_words)
    for kind in KINDS:
        old, new = sql_form(then, adapter, kind), sql_form(now, adapter, kind)
        if old.kind == new.kind:
            return old.digest, new.digest
    return old.digest, new.digest


def digest(*parts: str) -> str:
    """A hash of texts, and of where each of them ends."""
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=32)
def scheme(adapter: str) -> str:
    """By what forms are made: those of another version, sqlglot or adapter cannot be compared."""
    import sqlglot

    version: str = sqlglot.__version__  # type: ignore[attr-defined]  # it is there in all versions
    return f"{VERSION}/{adapter.lower()}/sqlglot {version}"


def _dialect_name(adapter: str) -> str:
    name = DIALECTS.get(adapter.lower(), "")
    return name if _dialect(name) is not None else ""


@lru_cache(maxsize=32)
def _dialect(name: str) -> Dialect | None:
    from sqlglot.dialects.dialect import Dialect

    return Dialect.get_or_raise(name or None) if not name or Dialect.get(name) is not None else None


_UNCERTAIN: Final = re.compile(r"[\\`#\[]|\$\w*\$|'''|\"\"\"|//")
"""What dialects read differently, so that without one nobody knows where a string or comment ends."""


def _tokens(text: str, adapter: str) -> list[Token] | None:
    name = _dialect_name(adapter)
    dialect = _dialect(name)
    if dialect is None or len(text) > MAX_TOKENS or (not name and _UNCERTAIN.search(text)):
        return None
    try:
        return list(dialect.tokenize(text))
    except Exception:  # noqa: BLE001 - whatever sqlglot trips over, the text itself can be compared
        return None


_OPENING: Final = frozenset({"(", "[", "{", "CASE", "<"})
_CLOSING: Final = frozenset({")", "]", "}", "END", ">"})
_PREFIXES: Final = frozenset({"NOT", "-", "+", "~", "!"})


def _depth(tokens: list[Token]) -> int:
    """How deep brackets and the like stand in each other, at most. ``<`` opens a type or compares."""
    deepest = depth = angles = prefixes = 0
    for token in tokens:
        word = token.text.upper()
        if _is_literal(token):
            word = ""
        prefixes = prefixes + 1 if word in _PREFIXES else 0
        if word == "<":
            angles += 1
        elif word == ">":
            angles = max(0, angles - 1)
        elif word in _OPENING:
            depth += 1
        elif word in _CLOSING:
            depth = max(0, depth - 1)
        deepest = max(deepest, depth, angles, prefixes)
    return deepest


def _is_literal(token: Token) -> bool:
    name = token.token_type.name
    return name.endswith("STRING") or name == "IDENTIFIER"


def _anchors(tokens: list[Token]) -> Iterator[str]:
    """Names and literals in their order: parsing drops some, such as the length of a VARCHAR on DuckDB.

    ``cast`` is a name to sqlglot, but ``x::int`` has none.
    """
    for token in tokens:
        kind = token.token_type.name
        if kind == "NUMBER" or _is_literal(token):
            yield f"{kind}:{token.text}"
        elif kind == "VAR" and token.text.upper() != "CAST":
            yield token.text.upper()


CASE_MATTERS: Final = frozenset({"bigquery", "clickhouse", "mysql", "doris", "starrocks", "singlestore"})
"""Dialects in which also unquoted names, of tables at least, are others in another case."""


def _words(tokens: list[Token], dialect: str) -> Iterator[str]:
    keep = dialect in CASE_MATTERS
    end = len(tokens)
    while end and tokens[end - 1].text == ";":
        end -= 1
    for token in tokens[:end]:
        kind = token.token_type.name
        if _is_literal(token):
            yield f"{kind}:{token.text}"
        else:
            yield token.text if keep and kind == "VAR" else token.text.upper()


def _tree(text: str, tokens: list[Token], name: str) -> list[str] | None:
    """The parsed statements, one item for each node and leaf; None where they cannot be parsed.

    Walked without recursion. What sqlglot takes for a command of its own is text to it, comments included.
    """
    dialect = _dialect(name)
    if dialect is None:
        return None
    from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

    found: list[str] = []
    try:
        with silence():
            for statement in dialect.parser().parse(tokens, text):
                if statement is not None:
                    found.append(";")
                    found += _leaves(normalize_identifiers(statement, dialect=dialect), name)
    except Exception:  # noqa: BLE001 - sqlglot fails in many ways, and tokens serve for what it cannot parse
        return None
    return None if "Command" in found else found


_BARE_NAMES: Final = frozenset({"Anonymous", "AnonymousAggFunc", "CombinedAggFunc", "Var"})
"""Nodes whose ``this`` is a word without quotes, that normalize_identifiers leaves as it is written."""


def _leaves(tree: object, dialect: str) -> Iterator[str]:
    from sqlglot.expressions import Expression

    fold = dialect not in CASE_MATTERS
    stack: list[Any] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, Expression):
            name = type(item).__name__
            yield name
            stack.append(")")
            for key, value in reversed(item.args.items()):
                if value is None or value is False or value == []:
                    continue
                if isinstance(value, str):
                    bare = fold and key == "this" and name in _BARE_NAMES
                    value = repr(value.upper() if bare else value)
                stack += (value, f"{key}=")
        elif isinstance(item, (list, tuple)):
            stack.append("]")
            stack += (repr(one) if isinstance(one, str) else one for one in reversed(item))
            stack.append("[")
        else:
            yield item if isinstance(item, str) else repr(item)
