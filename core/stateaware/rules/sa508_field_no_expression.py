"""SA508: a loaded_at_field is neither a column nor an expression."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from stateaware.config.reader import FRESHNESS, LOADED_AT_QUERY
from stateaware.findings import Finding, Fix
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import blocks_of
from stateaware.rules.edits import replace_word
from stateaware.rules.freshness_sql import Parsed, Sql, parse_sql
from stateaware.rules.loaded_at import fields, loaded_at_of
from stateaware.rules.shown import shortened
from stateaware.text.source import SourceText

if TYPE_CHECKING:
    from stateaware.workspace import Project

_TYPE: Final = r"\w+(?: \w+)*(?:\(\d+\))?"
_NAME: Final = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_PLAIN: Final = re.compile(
    rf"\s*(?:{_NAME}(?:\s*::\s*\w+)?|(?:try_|safe_)?cast\(\s*{_NAME}\s+as\s+{_TYPE}\s*\))\s*\Z", re.IGNORECASE
)
"""A column, bare or cast: nothing to parse."""

_NEITHER: Final = "is neither a column nor an expression"
_QUERY: Final = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)
_OUTER_MAX: Final = re.compile(r"max\s*\(\s*([^()]*?)\s*\)\Z", re.IGNORECASE)


class FieldNoExpression(Rule):
    """A `loaded_at_field` is neither a column nor an expression.

    ## What it does
    Reports a `loaded_at_field` that holds a query, several columns, a constant, a `max(...)` of its own,
    or SQL that cannot be read (in the SQL of the project's adapter, if it is known).

    ## Why it matters
    dbt puts the text into `select max(...) from` the source. Anything but a column or an expression
    fails there, when dbt measures the source.

    ## Example
    ```yaml
    loaded_at_field: select max(_loaded_at) from {{ this }}
    ```

    ## How to fix
    Write the column or an expression of columns: `_loaded_at`, `cast(loaded_on as timestamp)`. A query
    belongs in `loaded_at_query`.

    ## Engines
    The same on all.
    """

    code = "SA508"
    name = "field-no-expression"
    group = "meaning"
    severity = "warning"
    fixable = "sometimes"
    asks_adapter = True

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `loaded_at_field`."""
        return fields(project)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for the first thing that is wrong."""
        sql = loaded_at_of(subject).sql
        if sql is None or _PLAIN.match(sql.text):
            return
        wrong = _wrong(sql, project)
        if wrong is None:
            return
        message, hint = wrong
        fix = _fix(subject, sql, project)
        yield Finding(
            code=self.code,
            severity=self.severity,
            message=f"loaded_at_field {message}",
            place=subject.place,
            node=subject.node,
            hint=hint,
            notes=("dbt measures the source with `select max(<loaded_at_field>)`",),
            fixes=(fix,) if fix is not None else (),
        )


def _wrong(sql: Sql, project: Project) -> tuple[str, str] | None:
    """What is wrong, and what to write."""
    if _QUERY.match(sql.text):
        return ("holds a query; it takes a column or an expression", "a query belongs in `loaded_at_query`")
    if sql.text.rstrip().endswith(";"):
        return ("ends with a semicolon, which breaks dbt's query around it", "remove the semicolon")
    wrapped = f"select max({sql.text}) as max_loaded_at from this_source"  # noqa: S608 - only parsed
    parsed = parse_sql(wrapped, project.adapter)
    if parsed is None or (parsed.error and not sql.certain):
        return None
    if parsed.error:
        kind = f" (SQL of {parsed.dialect})" if parsed.dialect else ""
        return (f"{_NEITHER}{kind}: it goes wrong {parsed.error}", "write a column")
    return _wrong_inside(parsed)


def _wrong_inside(parsed: Parsed) -> tuple[str, str] | None:
    from sqlglot import expressions as exp

    statement = parsed.statements[0]
    chosen = statement.expressions
    outer = chosen[0].this if len(chosen) == 1 and isinstance(chosen[0], exp.Alias) else None
    if len(parsed.statements) != 1 or not isinstance(outer, exp.Max) or isinstance(outer.this, exp.Order):
        return (_NEITHER, "write a column")
    more = len(outer.args.get("expressions") or ())
    if more:
        return (f"names {more + 1} columns; it takes one", "combine them: `greatest(a, b)`")
    inner: Any = outer.this.unnest() if isinstance(outer.this, exp.Paren) else outer.this
    if isinstance(inner, exp.Literal):
        if inner.is_string:
            text = shortened(str(inner.this))
            return (f"is the text '{text}', not a column", "write the name without quotes")
        return (f"is the number {inner.this}, not a column", "write a column")
    if isinstance(inner, exp.Max):
        return ("is a `max(...)` already; dbt puts it into another one", "write what is inside")
    return None


def _fix(subject: Subject, sql: Sql, project: Project) -> Fix | None:
    written = loaded_at_of(subject).entry
    span = subject.place.span
    if span is None:
        return None
    column = _OUTER_MAX.match(sql.text.strip())
    if column is not None and _PLAIN.match(column[1]):
        return replace_word(project, subject.place.file, span, sql.text.strip(), column[1])
    text = project.text(subject.place.file)
    if not _QUERY.match(sql.text) or text is None or _is_taken(subject, project):
        return None
    parsed = parse_sql(sql.text, project.adapter)
    if (
        parsed is None
        or len(parsed.statements) != 1
        or len(getattr(parsed.statements[0], "selects", ())) != 1
    ):
        return None
    from stateaware.fix.yaml_edit import rename_key

    name = written.key.text.replace("field", "query")
    edits = rename_key(SourceText(subject.place.file, text), written, name)
    return Fix("Write `loaded_at_query`", edits) if edits else None


def _is_taken(subject: Subject, project: Project) -> bool:
    """Whether a query in its place would meet another one, or a filter, which it would ignore."""
    for unique_id in blocks_of(project).users(loaded_at_of(subject).written):
        node = project.sources.get(unique_id)
        effective = node.config.effective if node is not None and node.config is not None else {}
        if any(key in effective and effective[key].value for key in (LOADED_AT_QUERY, f"{FRESHNESS}.filter")):
            return True
    return False
