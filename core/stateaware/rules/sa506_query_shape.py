"""SA506: a loaded_at_query is not one select of one column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from stateaware.findings import Edit, Finding, Fix, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.freshness_sql import THIS, Parsed, changes, ends_with_semicolon, parse_sql
from stateaware.rules.loaded_at import loaded_at_of, queries
from stateaware.text.source import line_index

if TYPE_CHECKING:
    from stateaware.workspace import Project

_NARROWING: Final = (
    "where",
    "group",
    "having",
    "qualify",
    "distinct",
    "limit",
    "sample",
    "joins",
    "laterals",
)
"""Parts of a select that may leave one row."""


class QueryShape(Rule):
    """A `loaded_at_query` is not one select of one column and one row.

    ## What it does
    Reports a query with several columns or statements, one that ends with a semicolon, a statement that
    is no select, and a plain column of the source that comes back once for each of its rows.

    ## Why it matters
    dbt puts the query into one of its own: `with source_query as (...) select (select * from
    source_query) ...`. Anything but one column and one row fails there, when dbt measures the source.

    ## Example
    ```yaml
    loaded_at_query: |
      select max(loaded_at), count(*) from {{ this }};
    ```

    ## How to fix
    Select the time of the last load and nothing else: `select max(loaded_at) from {{ this }}`.

    ## Engines
    The same on all.
    """

    code = "SA506"
    name = "query-shape"
    group = "meaning"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `loaded_at_query`."""
        return queries(project)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for the first thing that is wrong."""
        sql = loaded_at_of(subject).sql
        parsed = None if sql is None or sql.is_plain_query else parse_sql(sql.text, project.adapter)
        if sql is None or parsed is None or parsed.error or changes(parsed):
            return
        semicolon = ends_with_semicolon(sql.text)
        wrong = _wrong(parsed, semicolon)
        if wrong is None:
            return
        message, hint = wrong
        fix = _without_semicolon(subject, project) if semicolon and _wrong(parsed, False) is None else None
        yield Finding(
            code=self.code,
            severity=self.severity,
            message=f"loaded_at_query {message}",
            place=subject.place,
            node=subject.node,
            hint=hint,
            notes=("dbt runs it as `with source_query as (…) select (select * from source_query)`",),
            fixes=(fix,) if fix is not None else (),
        )


def _wrong(parsed: Parsed, semicolon: bool) -> tuple[str, str] | None:
    """What is wrong with the shape, and what to do."""
    from sqlglot import expressions as exp

    count = len(parsed.statements)
    if count != 1:
        return ("has no query in it" if count == 0 else f"has {count} statements", "write one select")
    statement = parsed.statements[0]
    if isinstance(statement, exp.Values):
        return None
    if not isinstance(statement, exp.Query):
        what = type(statement).key if not isinstance(statement, exp.Command) else str(statement.this).lower()
        if isinstance(statement, (exp.Func, exp.Column, exp.Cast)):
            return ("is an expression, not a query", "write `select … from {{ this }}`")
        return (f"is no select but `{what}`", "write one select")
    columns = statement.selects
    if len(columns) > 1:
        return (
            f"selects {len(columns)} columns, and dbt takes one",
            "select the time of the last load alone",
        )
    if semicolon:
        return (
            "ends with a semicolon, which breaks dbt's query around it",
            "remove the semicolon",
        )
    if columns and isinstance(statement, exp.Select):
        return _one_row(statement, columns[0])
    return None


def _one_row(statement: Any, column: Any) -> tuple[str, str] | None:
    from sqlglot import expressions as exp

    source = statement.args.get("from_") or statement.args.get("from")
    table = source.this if source is not None else None
    if not isinstance(table, exp.Table) or table.name != THIS or statement.ctes:
        return None
    if isinstance(column, exp.Star) or (isinstance(column, exp.Column) and isinstance(column.this, exp.Star)):
        return (
            "selects every column of the source, and dbt takes one",
            "write `select max(…) from {{ this }}`",
        )
    inner = column.unalias()
    if not isinstance(inner, exp.Column) or any(statement.args.get(part) for part in _NARROWING):
        return None
    name = inner.sql()
    return (
        f"gives `{name}` once for each row of the source, and dbt takes one value",
        f"write `max({name})`",
    )


def _without_semicolon(subject: Subject, project: Project) -> Fix | None:
    """Takes away the last semicolon of the written text, where only blanks and a quote follow it."""
    text, span = project.text(subject.place.file), subject.place.span
    if text is None or span is None:
        return None
    index = line_index(text)
    start, end = index.offset(*span[:2]), index.offset(*span[2:])
    written = text[start:end].rstrip().rstrip("'\"").rstrip()
    if not written.endswith(";") or written.endswith(";;"):
        return None
    at = start + len(written) - 1
    place = Place(subject.place.file, index.span(at, at + 1))
    return Fix("Remove the semicolon", (Edit(place.file, index.span(at, at + 1), ""),))
