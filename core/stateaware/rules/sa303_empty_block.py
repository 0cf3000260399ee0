"""SA303: an empty freshness block that dbt Core does not act on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import FRESHNESS
from stateaware.findings import Finding
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.cleared import kept, rewrite, told
from stateaware.rules.edits import freshness, value_place
from stateaware.syntax.tree import Mapping

if TYPE_CHECKING:
    from stateaware.workspace import Project


class EmptyBlock(Rule):
    """A `freshness: {}` switches an inherited interval off on dbt v2, and keeps it on dbt Core.

    ## What it does
    Reports an empty `freshness` of a model below which another layer sets a `build_after`, where an engine
    that the project may run on keeps it.

    ## Why it matters
    dbt v2 reads `{}` as a block without an interval. dbt Core reads it as nothing in properties files and
    in `config()`.

    ## Example
    ```yaml
    # dbt_project.yml sets build_after: {count: 1, period: day}
    models:
      - name: orders
        config:
          freshness: {}
    ```

    ## How to fix
    Write what means the same on every engine:
    ```yaml
    freshness:
      build_after: {count: 0, period: minute}
    ```

    ## Engines
    dbt v2: switched off. dbt Core 1.11: kept, except under a `{}` in dbt_project.yml.
    """

    code = "SA303"
    name = "empty-block"
    group = "null"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every empty `freshness` written for a model."""
        return [s for s in blocks_of(project).maps if _is_empty(s)]

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where something inherited stays."""
        written = block_of(subject).written
        found = kept(project, written)
        if found is None:
            return
        setting = written.setting
        new = freshness(setting.file, 0, "minute")
        yield Finding(
            code=self.code,
            severity="warning",
            message=told(found, "freshness: {}"),
            place=value_place(setting.file, setting.key, setting.node),
            node=subject.node,
            hint=f"write `{new}`",
            notes=("the same on every engine: build_after: {count: 0, period: minute}",),
            related=found.related(),
            fixes=rewrite(project, setting, new),
        )


def _is_empty(subject: Subject) -> bool:
    written = block_of(subject).written
    tree = written.setting.block.tree
    in_model = written.resource == "model" and written.key == FRESHNESS
    return in_model and isinstance(tree, Mapping) and not tree.entries
