"""SA505: a loaded_at_query is no valid SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.freshness_sql import Parsed, parse_sql
from stateaware.rules.loaded_at import loaded_at_of, queries
from stateaware.syntax.tree import Scalar
from stateaware.text.source import line_index
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


class UnreadableQuery(Rule):
    """A `loaded_at_query` cannot be read as SQL.

    ## What it does
    Parses the query with sqlglot, in the SQL of the project's adapter (`adapter` in the settings, else
    the type of the target in profiles.yml). `{{ this }}` and other relations count as names; a query
    with Jinja that may render to anything else is not judged. Where the adapter is unknown, only what
    no dialect takes is reported.

    ## Why it matters
    dbt reads the query only when it runs it: then the freshness of the source cannot be measured, and a
    state-aware build stops.

    ## Example
    ```yaml
    loaded_at_query: select max(loaded_at from {{ this }}
    ```

    ## How to fix
    Correct the SQL at the place that the message names. If the warehouse takes it all the same, ignore
    the finding and tell sqlglot's authors.

    ## Engines
    The same on all.
    """

    code = "SA505"
    name = "unreadable-query"
    group = "meaning"
    severity = "warning"
    asks_adapter = True

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `loaded_at_query`."""
        return queries(project)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a query that cannot be read."""
        sql = loaded_at_of(subject).sql
        if sql is None or not sql.certain or sql.is_plain_query:
            return
        parsed = parse_sql(sql.text, project.adapter)
        if parsed is None or not parsed.error:
            return
        kind = f"SQL of {parsed.dialect}" if parsed.dialect else "SQL of any kind"
        yield Finding(
            code=self.code,
            severity=self.severity,
            message=f"loaded_at_query cannot be read as {kind}: it goes wrong {parsed.error}",
            place=_place(subject, parsed, project),
            node=subject.node,
            notes=("dbt runs the query as it is; where it fails, the source is not measured",),
        )


def _place(subject: Subject, parsed: Parsed, project: Project) -> Place:
    """The line of a block of text that the parser stopped in, else the whole value."""
    value, span = loaded_at_of(subject).entry.value, subject.place.span
    text = project.text(subject.place.file)
    if span is None or text is None or not isinstance(value, Scalar) or value.style != "block":
        return subject.place
    written = line_index(text).line_text(line := span.line + parsed.line)
    if not parsed.line or line > span.end_line or written.strip() not in value.text:
        return subject.place
    start = len(written) - len(written.lstrip())
    return Place(subject.place.file, Span(line, start + 1, line, len(written.rstrip()) + 1))
