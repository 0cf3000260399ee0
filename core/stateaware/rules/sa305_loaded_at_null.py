"""SA305: a null loaded_at_field or loaded_at_query leaves the inherited one in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.findings import Finding
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.cleared import kept, told
from stateaware.rules.edits import value_place

if TYPE_CHECKING:
    from stateaware.workspace import Project


class LoadedAtNull(Rule):
    """A `loaded_at_field: null` or `loaded_at_query: null` leaves the inherited one in force.

    ## What it does
    Reports nulls on a table for which the source, or dbt_project.yml, sets the same key.

    ## Why it matters
    dbt reads a null as if nothing were written, so the table is still dated by the inherited column or
    query.

    ## Example
    ```yaml
    sources:
      - name: raw
        config:
          loaded_at_field: _loaded_at
        tables:
          - name: countries
            config:
              loaded_at_field: null
    ```

    ## How to fix
    An empty text switches it off: `loaded_at_field: ''`.

    ## Engines
    dbt v2 and dbt Core 1.11 keep the inherited one under a null in `config`.
    """

    code = "SA305"
    name = "loaded-at-null"
    group = "null"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every null written for `loaded_at_field` or `loaded_at_query`."""
        return [s for s in blocks_of(project).sources if _is_null(s)]

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where the inherited one stays."""
        written = block_of(subject).written
        found = kept(project, written)
        if found is None:
            return
        setting = written.setting
        yield Finding(
            code=self.code,
            severity="warning",
            message=told(found, f"{written.key}: null"),
            place=value_place(setting.file, setting.key, setting.node),
            node=subject.node,
            hint="write `''`",
            notes=(f"the same on every engine: {written.key}: ''",),
            related=found.related(),
        )


def _is_null(subject: Subject) -> bool:
    written = block_of(subject).written
    return (
        written.key in (LOADED_AT_FIELD, LOADED_AT_QUERY)
        and written.setting.block.presence == "null"
        and not written.setting.layer.legacy
    )
