"""SA805: a source has no tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place
from stateaware.graph.nodes import PropertiesEntry
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import engine_codes
from stateaware.syntax.tree import Sequence

if TYPE_CHECKING:
    from stateaware.workspace import Project


class SourceWithoutTables(Rule):
    """A source lists no tables, so that nothing it sets is in force.

    ## What it does
    Reports sources without `tables`, or with an empty list.

    ## Why it matters
    Freshness is checked for tables. What a source without any sets applies to nothing.

    ## Example
    ```yaml
    sources:
      - name: raw
        config: {freshness: {warn_after: {count: 1, period: day}}}
    ```

    ## How to fix
    List its tables, or remove the source.

    ## Engines
    dbt v2 warns (dbt1156); dbt Core says nothing.
    """

    code = "SA805"
    name = "source-without-tables"
    group = "dbt-compat"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every source."""
        for entry in project.entries:
            if entry.section == "sources" and entry.package.is_root:
                name = entry.name_node
                span = entry.node.span if name is None else name.span
                yield Subject(Place(entry.file.file, span), entry.name, None, entry)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a source without tables."""
        entry = subject.data
        if not isinstance(entry, PropertiesEntry) or entry.node.get("overrides") is not None:
            return
        tables = entry.node.value("tables")
        if isinstance(tables, Sequence) and tables.items:
            return
        yield Finding(
            code=self.code,
            severity="warning",
            message=f"source `{subject.label}` has no tables, so nothing that it sets is in force",
            place=subject.place,
            hint="list its `tables`",
            engine_codes=engine_codes(project, "dbt1156"),
        )
