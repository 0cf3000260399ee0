"""SA203: an empty loaded_at_field or loaded_at_query switches off what is inherited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.config.sources import PAIR
from stateaware.config.written import Written
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import blocks_of
from stateaware.rules.engine_notes import on_engines

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
        other = _OTHER[key]
        notes = on_engines(project, f"clears an inherited `{other}` too", f"keeps an inherited `{other}`")
        if not _inherits(written, project):
            message, notes = f"an empty `{key}` says nothing; there is none that it would switch off", ()
        else:
            message = f"an empty `{key}` switches off the one that `{subject.label}` would inherit"
        yield Finding(
            code=self.code,
            severity="info",
            message=message,
            place=subject.place,
            node=subject.node,
            notes=notes,
        )


def _inherits(written: Written, project: Project) -> bool:
    """Whether some table would have a field or a query without the empty text."""
    for unique_id in blocks_of(project).users(written):
        table = project.sources.get(unique_id)
        if table is None:
            continue
        for key in PAIR:
            for setting in table.layers[key].strongest_first(root_on_top=True):
                if setting.block.presence != "null" and setting.block.value:
                    return True
    return False
