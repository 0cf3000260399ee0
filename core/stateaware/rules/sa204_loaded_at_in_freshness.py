"""SA204: loaded_at_field or loaded_at_query stands inside freshness, where only dbt v2 reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import FRESHNESS
from stateaware.config.sources import PAIR
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.syntax.tree import Mapping

if TYPE_CHECKING:
    from stateaware.workspace import Project


class LoadedAtInFreshness(Rule):
    """A `loaded_at_field` or `loaded_at_query` stands inside a source's `freshness` instead of beside it.

    ## What it does
    Reports the two keys inside the `freshness` of a source or table.

    ## Why it matters
    dbt v2 reads them there, over whatever `config` says beside it, and clears the other one. dbt Core
    drops them without a word, and the table has no loaded_at.

    ## Example
    ```yaml
    config:
      freshness:
        warn_after: {count: 12, period: hour}
        loaded_at_field: _loaded_at
    ```

    ## How to fix
    Write it beside `freshness`:
    ```yaml
    config:
      freshness:
        warn_after: {count: 12, period: hour}
      loaded_at_field: _loaded_at
    ```

    ## Engines
    A warning on all. Both keys in one block are an error (SA201).
    """

    code = "SA204"
    name = "loaded-at-in-freshness"
    group = "exclusive"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `freshness` of a source, and each of the two keys in one."""
        for written in project.written:
            if not written.package.is_root or written.resource != "source" or written.key != FRESHNESS:
                continue
            file, node = written.setting.file, written.setting.node
            inside = [e.key for e in node.entries if e.key.text in PAIR] if isinstance(node, Mapping) else []
            if len(inside) == len(PAIR) and project.profile.source_merge == "threshold":
                inside = []
            for key in inside or [written.setting.key]:
                yield Subject(Place(file, key.span), written.label, written.node, key.text)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each key inside a block."""
        key = str(subject.data)
        if key not in PAIR:
            return
        yield Finding(
            code=self.code,
            severity="warning",
            message=f"`{key}` stands inside `freshness`, where only dbt v2 reads it",
            place=subject.place,
            node=subject.node,
            hint="write it beside `freshness`",
            notes=on_engines(
                project, "lets it win over what stands beside `freshness`", "drops it in silence"
            ),
        )
