"""SA203: an empty loaded_at_field or loaded_at_query switches off what is inherited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.config.written import Written
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.consequences import matters

if TYPE_CHECKING:
    from stateaware.workspace import Project

_OTHER = {LOADED_AT_FIELD: LOADED_AT_QUERY, LOADED_AT_QUERY: LOADED_AT_FIELD}


class EmptyTextClears(Rule):
    """A `loaded_at_field` or `loaded_at_query` is an empty text, which switches off what is inherited.

    ## What it does
    Tells of an empty text, since it is no null: a null inherits, an empty text clears.

    ## Why it matters
    On dbt v2 it clears the other of the two keys as well; dbt Core clears only the one that is written.

    ## Example
    ```yaml
    sources:
      - name: raw
        config: {loaded_at_query: select max(_loaded_at) from raw.log}
        tables:
          - name: orders
            config: {loaded_at_field: ''}
    ```

    ## How to fix
    Nothing, where both are to be off. To inherit, remove the key. To replace the one by the other, set
    the other.

    ## Engines
    All; see above for the difference.
    """

    code = "SA203"
    name = "empty-text-clears"
    group = "exclusive"
    severity = "info"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `loaded_at_field` and `loaded_at_query`."""
        for written in project.written:
            if written.package.is_root and written.key in _OTHER:
                setting = written.setting
                yield Subject(Place(setting.file, setting.span), written.label, written.node, written)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for an empty text."""
        written = subject.data
        if not isinstance(written, Written) or written.setting.block.value != "":
            return
        key = written.key
        notes = []
        if matters(project, "fusion"):
            notes.append(f"dbt v2 clears an inherited `{_OTHER[key]}` too")
        if matters(project, "core"):
            notes.append(f"dbt Core keeps an inherited `{_OTHER[key]}`")
        yield Finding(
            code=self.code,
            severity="info",
            message=f"an empty `{key}` switches off the one that `{subject.label}` would inherit",
            place=subject.place,
            node=subject.node,
            notes=("; ".join(notes),),
        )
