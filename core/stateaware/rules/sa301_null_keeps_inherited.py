"""SA301: a null that is meant to switch off leaves the inherited value in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import STATE
from stateaware.findings import Finding
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.cleared import kept, rewrite, told
from stateaware.rules.edits import freshness, value_place
from stateaware.rules.slips import slipped_beside

if TYPE_CHECKING:
    from stateaware.workspace import Project


class NullKeepsInherited(Rule):
    """A `freshness: null` or `state: null` leaves an inherited value in force on some engine.

    ## What it does
    Looks for nulls on models, in every layer, below which another layer sets something, and asks each
    engine what is in force then. A null with nothing to switch off passes.

    ## Why it matters
    The documentation gives `freshness: null` as the way to opt out. dbt v2 reads a null as if nothing were
    written, so the model keeps the inherited interval. dbt Core does so too in properties files and
    `config()`, but not in dbt_project.yml.

    ## Example
    ```yaml
    # dbt_project.yml sets build_after: {count: 1, period: day}
    models:
      - name: orders
        config:
          freshness: null
    ```

    ## How to fix
    Write what means the same on every engine, dbt's default:
    ```yaml
    freshness:
      build_after: {count: 0, period: minute}
    ```
    For `state` it is `state: {}`.

    ## Engines
    dbt v2: the inherited value stays. dbt Core 1.11: it stays, except under a null in dbt_project.yml and
    under a `config(freshness=none)` over a properties file.
    """

    code = "SA301"
    name = "null-keeps-inherited"
    group = "null"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every null written for a model's `freshness` or `state`."""
        return [s for s in blocks_of(project).maps if _is_null(s)]

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where something inherited stays."""
        written = block_of(subject).written
        found = kept(project, written)
        if found is None:
            return
        setting, state = written.setting, written.key == STATE
        new = "{}" if state else freshness(setting.file, 0, "minute")
        documents = project.profile.name == "documented" and not state
        portable = "state: {}" if state else "build_after: {count: 0, period: minute}"
        yield Finding(
            code=self.code,
            severity="warning",
            message=told(found, f"{written.key}: null", documents=documents),
            place=value_place(setting.file, setting.key, setting.node),
            node=subject.node,
            hint=f"write `{new}`",
            notes=(f"the same on every engine: {portable}",),
            related=found.related(),
            fixes=() if slipped_beside(project, setting) else rewrite(project, setting, new),
        )


def _is_null(subject: Subject) -> bool:
    written = block_of(subject).written
    return written.resource == "model" and written.setting.block.presence == "null"
