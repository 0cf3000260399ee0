"""Reading the SQL of ``loaded_at_query`` and ``loaded_at_field`` with sqlglot, Jinja replaced by names.

sqlglot is imported only when there is SQL that a glance does not settle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from stateaware.records import dataclass

DIALECTS: Final = {
    "athena": "athena",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "databricks": "databricks",
    "duckdb": "duckdb",
    "exasol": "exasol",
    "fabric": "fabric",
    "hive": "hive",
    "materialize": "materialize",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgres": "postgres",
    "redshift": "redshift",
    "risingwave": "risingwave",
    "singlestore": "singlestore",
    "snowflake": "snowflake",
    "spark": "spark",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
    "starrocks": "starrocks",
    "synapse": "tsql",
    "teradata": "teradata",
    "trino": "trino",
}
"""sqlglot's dialect for the type of a dbt adapter."""

COMMON: Final = (
    "",
    "snowflake",
    "bigquery",
    "databricks",
    "postgres",
    "duckdb",
    "trino",
    "tsql",
    "clickhouse",
)
"""Dialects that are tried where the adapter is unknown; the empty one is sqlglot's own."""

MAX_SQL: Final = 20_000
"""Longer texts are not parsed."""

THIS: Final = "this_source"
"""What stands for ``{{ this }}``, the source itself."""

OTHER: Final = "jinja_value"
"""What stands for any other expression."""

_PAIRS: Final = (("{{", "}}"), ("{#", "#}"))
_BLOCK: Final = re.compile(r"\{%")
_COMMENT: Final = re.compile(r"\{#.*?#\}", re.DOTALL)
_EXPRESSION: Final = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_THIS: Final = re.compile(r"\s*this\s*\Z")
_RELATION: Final = re.compile(r"\s*(?:this\.\w+|(?:source|ref)\([^()]*\))\s*\Z")

_COLUMN: Final = r"(?!current_|session_|system_|local)(?=\w*_)[a-z_]\w*"
"""A name that is no word of any dialect: it has a ``_``, and is none of the functions without brackets."""
_CONDITION: Final = (
    rf"{_COLUMN}\s*(?:[<>]=?|=|<>|!=)\s*(?:\d+|'[\w :.-]*'|current_(?:date|timestamp)(?:\s*-\s*\d+)?)"
)
_PLAIN_QUERY: Final = re.compile(
    rf"\s*select\s+m(?:ax|in)\(\s*{_COLUMN}\s*\)(?:\s+as\s+{_COLUMN})?\s+from\s+(?:{THIS}|{OTHER})\b"
    rf"(?:\s+where\s+{_CONDITION}(?:\s+and\s+{_CONDITION})*)?\s*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sql:
    """A text without its Jinja.

    ``certain`` says that all Jinja in it stands for names of relations: what it renders to is known.
    """

    text: str
    certain: bool

    @property
    def is_plain_query(self) -> bool:
        """Whether a glance tells that it is one select of one aggregate, as most queries are."""
        return _PLAIN_QUERY.match(self.text) is not None


def without_jinja(text: str) -> Sql | None:
    """A text with names in place of ``{{ … }}``; None where blocks or a macro decide what is there."""
    if "{" not in text:
        return Sql(text, certain=True)
    if len(text) > MAX_SQL or any(text.rfind(start) > text.rfind(end) for start, end in _PAIRS):
        return None
    text = _COMMENT.sub("", text)
    if _BLOCK.search(text):
        return None
    certain = True

    def name(found: re.Match[str]) -> str:
        nonlocal certain
        if _THIS.match(found[1]):
            return THIS
        if not _RELATION.match(found[1]):
            certain = False
        return OTHER

    plain = _EXPRESSION.sub(name, text)
    return None if plain.strip() == OTHER or "{{" in plain else Sql(plain, certain)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The statements of a text, or why it could not be read.

    ``error`` says where sqlglot gave up (``near `from` ``), on ``line`` of the text (from 1, 0 if unknown).
    ``dialect`` is empty where the adapter is unknown.
    """

    statements: tuple[Any, ...] = ()
    error: str = ""
    line: int = 0
    dialect: str = ""


@lru_cache(maxsize=256)
def parse_sql(text: str, adapter: str | None) -> Parsed | None:
    """Read SQL in the dialect of an adapter; of an unknown one it is an error only if no dialect takes it.

    None where nothing can be told: the text is too long, or the parser gives up.
    """
    if len(text) > MAX_SQL:
        return None
    dialect = _dialect(adapter)
    first: Parsed | None = None
    for tried in COMMON if dialect is None else (dialect,):
        parsed = _parse(text, tried, told=dialect or "")
        if parsed is None or not parsed.error:
            return parsed
        first = first or parsed
    return first


def _dialect(adapter: str | None) -> str | None:
    """The dialect of an adapter as the installed sqlglot knows it."""
    from sqlglot.dialects.dialect import Dialect

    name = DIALECTS.get((adapter or "").lower())
    return name if name is not None and Dialect.get(name) is not None else None


def _parse(text: str, dialect: str, told: str) -> Parsed | None:
    import sqlglot
    from sqlglot.errors import ParseError, TokenError

    try:
        with silence():
            statements = sqlglot.parse(text, dialect=dialect or None)
    except ParseError as error:
        found = error.errors[0] if error.errors else {}
        near = " ".join(str(found.get("highlight") or "").split())
        line = found.get("line")
        return Parsed(
            (), f"near `{near}`" if near else "at its end", line if isinstance(line, int) else 0, told
        )
    except TokenError:
        return Parsed((), "at a quote or a character that does not belong there", 0, told)
    except Exception:  # noqa: BLE001 - whatever sqlglot trips over, the text is not known to be wrong
        return None
    return Parsed(tuple(found for found in statements if found is not None), "", 0, told)


@contextmanager
def silence() -> Iterator[None]:
    """sqlglot warns of statements that it only half understands; that is not for users' eyes."""
    import logging

    logger = logging.getLogger("sqlglot")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def ends_with_semicolon(text: str) -> bool:
    """Whether the last thing of a text, comments aside, is a semicolon."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lines = [line.split("--", 1)[0].rstrip() for line in bare.rstrip().splitlines()]
    return "".join(lines).rstrip().endswith(";")


_CHANGING: Final = {
    "Alter": "alter",
    "AlterTable": "alter",
    "Copy": "copy",
    "Create": "create",
    "Delete": "delete",
    "Drop": "drop",
    "Grant": "grant",
    "Insert": "insert",
    "Into": "select into",
    "LoadData": "load data",
    "Merge": "merge",
    "MultitableInserts": "insert",
    "Revoke": "revoke",
    "TruncateTable": "truncate",
    "Update": "update",
}
"""Names of sqlglot's statements that change something: by name, since they vary with its version."""

_READING: Final = frozenset({"SHOW", "EXPLAIN", "DESCRIBE", "LIST", "LS"})


def changes(parsed: Parsed) -> str:
    """The first statement that changes data or objects, in words; empty where there is none."""
    for statement in parsed.statements:
        for node in statement.walk():
            # sqlglot before 26 walks in triples
            found = node[0] if isinstance(node, tuple) else node
            name = type(found).__name__
            if name in _CHANGING:
                return _CHANGING[name]
            if name == "Command" and str(found.this).upper() not in _READING:
                return str(found.this).lower()
    return ""
