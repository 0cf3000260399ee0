"""SA507: a loaded_at_query changes data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding
from stateaware.rules.base import Rule, Subject
from stateaware.rules.freshness_sql import changes, parse_sql
from stateaware.rules.loaded_at import loaded_at_of, queries

if TYPE_CHECKING:
    from stateaware.workspace import Project


class QueryChangesData(Rule):
    """A `loaded_at_query` inserts, deletes, creates, calls or otherwise changes something.

    ## What it does
    Reports a query with a statement that does more than read: `insert`, `update`, `delete`, `merge`,
    `create`, `drop`, `alter`, `truncate`, `copy`, `grant`, `call`, `select … into`.

    ## Why it matters
    dbt runs the query whenever it measures the source, in `dbt source freshness` and before every
    state-aware build, with the rights of the job. Most warehouses refuse it inside dbt's own query;
    where one does not, each run changes data.

    ## Example
    ```yaml
    loaded_at_query: delete from {{ this }} where loaded_at is null
    ```

    ## How to fix
    Only select: `select max(loaded_at) from {{ this }}`.

    ## Engines
    The same on all.
    """

    code = "SA507"
    name = "query-changes-data"
    group = "meaning"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `loaded_at_query`."""
        return queries(project)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for the first statement that changes something."""
        sql = loaded_at_of(subject).sql
        parsed = None if sql is None or sql.is_plain_query else parse_sql(sql.text, project.adapter)
        if parsed is None:
            return
        change = changes(parsed)
        if change:
            yield Finding(
                code=self.code,
                severity=self.severity,
                message=f"loaded_at_query does more than read: it has `{change}` in it",
                place=subject.place,
                node=subject.node,
                hint="only select the time of the last load",
                notes=("dbt runs it for `dbt source freshness` and before state-aware builds",),
            )
