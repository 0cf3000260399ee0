"""SA402: a source has a build_after, which only models can have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Fix, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.homes import Found, our_keys
from stateaware.rules.moves import remove_from_block, remove_key
from stateaware.syntax.tree import Mapping

if TYPE_CHECKING:
    from stateaware.workspace import Project

KEY = "build_after"


class BuildAfterOnSource(Rule):
    """A source or table has a `build_after`, which only models can have.

    ## What it does
    Reports `build_after` in the `freshness` of a source or table, in a properties file or under
    `sources:` in dbt_project.yml, and directly in the source's `config`.

    ## Why it matters
    `build_after` says how often a model is built. A source is never built: its `freshness` has
    `warn_after` and `error_after`, and a `build_after` there does nothing.

    ## Example
    ```yaml
    sources:
      - name: raw
        config:
          freshness:
            build_after: {count: 4, period: hour}
    ```

    ## How to fix
    To be told when the source is late, write `warn_after` or `error_after`. To build less often, give a
    `build_after` to the models that read the source. Removing it is offered as an unsafe fix, where more
    than that stands in the block; an empty block would say something of its own.

    ## Engines
    All. dbt v2 reports an unknown key (dbt1060) and ignores it, in dbt_project.yml it stops; dbt Core
    ignores it without a word, so there it is a warning.
    """

    code = "SA402"
    name = "build-after-on-source"
    group = "places"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `freshness` of a source, and every `build_after` beside one."""
        for written in project.written:
            if written.package.is_root and written.resource == "source" and written.key == "freshness":
                setting = written.setting
                entry = setting.node.get(KEY) if isinstance(setting.node, Mapping) else None
                place = Place(setting.file, setting.key.span if entry is None else entry.key.span)
                data = None if entry is None else (entry, setting.node)
                yield Subject(place, written.label, written.node, data)
        for found in our_keys(project):
            if found.home.of_source and found.key == KEY:
                home = found.home
                yield Subject(Place(home.file, found.written.key.span), home.label, home.unique_id, found)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where there is a `build_after`."""
        if subject.data is None:
            return
        what = f"source `{subject.label}`" if not subject.label.startswith("sources") else "a source"
        yield Finding(
            code=self.code,
            severity=severity(project, "error", "error", "warning"),
            message=f"{what} cannot have `build_after`, which only models have",
            place=subject.place,
            node=subject.node,
            hint="`warn_after` and `error_after` are the keys of a source",
            notes=on_engines(
                project, "reports an unknown key and ignores it (dbt1060)", "ignores it in silence"
            ),
            fixes=_fixes(subject, project),
            engine_codes=engine_codes(project, UNKNOWN_KEY),
        )


def _fixes(subject: Subject, project: Project) -> tuple[Fix, ...]:
    data = subject.data
    if isinstance(data, Found):
        return remove_key(project, data, safe=False)
    if not isinstance(data, tuple):
        return ()
    entry, block = data
    return remove_from_block(project, subject.place.file, block, entry)
