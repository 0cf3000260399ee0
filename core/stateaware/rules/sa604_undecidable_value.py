"""SA604: a value cannot be told without running dbt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.written import Written
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject

if TYPE_CHECKING:
    from stateaware.workspace import Project


class UndecidableValue(Rule):
    """A value depends on something that only running dbt can tell.

    ## What it does
    Tells of settings whose Jinja cannot be decided statically or by rendering it: it asks the database,
    needs an environment variable without a default, or a macro that does more than compute.

    ## Why it matters
    Nothing that follows from such a value is checked, and `explain` and `plan` call it unknown.

    ## Example
    ```yaml
    build_after:
      count: "{{ run_query('select 4').columns[0][0] }}"
      period: hour
    ```

    ## How to fix
    Give the missing input (`--env NAME=VALUE`, `--vars`, `--target`), or write a value that can be told.

    ## Engines
    All.
    """

    code = "SA604"
    name = "undecidable-value"
    group = "syntax"
    severity = "info"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting of the root project."""
        for written in project.written:
            if written.package.is_root:
                setting = written.setting
                yield Subject(Place(setting.file, setting.span), written.label, written.node, written)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a value that is not known."""
        written = subject.data
        unknown = written.setting.block.unknown if isinstance(written, Written) else None
        if not isinstance(written, Written) or unknown is None:
            return
        yield Finding(
            code=self.code,
            severity="info",
            message=f"`{written.key}` cannot be told without running dbt: {unknown.reason}",
            place=subject.place,
            node=subject.node,
        )
