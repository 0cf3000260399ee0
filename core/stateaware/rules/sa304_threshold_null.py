"""SA304: a null or empty threshold of a source leaves the inherited one in force on some engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stateaware.config.sources import THRESHOLDS
from stateaware.findings import Finding, Fix
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.cleared import Kept, kept
from stateaware.rules.consequences import matters
from stateaware.rules.edits import is_code, replace_null, value_place
from stateaware.rules.layers_below import where
from stateaware.rules.words import in_words
from stateaware.syntax.tree import Entry, Mapping, Scalar

if TYPE_CHECKING:
    from stateaware.workspace import Project


class ThresholdNull(Rule):
    """A `warn_after: null` or `warn_after: {}` of a source leaves the inherited threshold on some engine.

    ## What it does
    Reports nulls and empty maps in `warn_after` and `error_after` below which the source sets the threshold,
    where an engine that the project may run on keeps it.

    ## Why it matters
    dbt v2 reads a null threshold as if it were not written and an empty one as none; dbt Core does the
    opposite. There is no spelling that switches one threshold off on both.

    ## Example
    ```yaml
    sources:
      - name: raw
        config:
          freshness:
            warn_after: {count: 1, period: day}
        tables:
          - name: countries
            config:
              freshness:
                warn_after: null
    ```

    ## How to fix
    Set the threshold on the tables that need it, not on the source. To switch the whole check off for a
    table, `freshness: null` works on every engine. For one engine: `{}` on dbt v2, `null` on dbt Core.

    ## Engines
    dbt v2: a null keeps the inherited threshold. dbt Core 1.11: an empty map keeps it.
    """

    code = "SA304"
    name = "threshold-null"
    group = "null"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `freshness` of a source with a null or empty threshold."""
        return [s for s in blocks_of(project).sources if any(True for _ in _empty_parts(s))]

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each threshold that stays."""
        for entry in _empty_parts(subject):
            found = kept(project, block_of(subject).written, entry.key.text)
            if found is not None:
                yield _finding(entry, found, subject, project)


def _empty_parts(subject: Subject) -> Iterator[Entry]:
    tree = block_of(subject).written.setting.block.tree
    for entry in tree.entries if isinstance(tree, Mapping) else ():
        if entry.key.text in THRESHOLDS:
            null = isinstance(entry.value, Scalar) and entry.value.native is None
            if null or (isinstance(entry.value, Mapping) and not entry.value.entries):
                yield entry


def _finding(entry: Entry, found: Kept, subject: Subject, project: Project) -> Finding:
    name = entry.key.text
    null = isinstance(entry.value, Scalar)
    spelling = f"{name}: null" if null else f"{name}: {{}}"
    value = found.stays.block.value
    part = value.get(name) if isinstance(value, dict) else None
    inherited = in_words(part["count"], part["period"]) if isinstance(part, dict) else "threshold"
    what = f"the {inherited} from {where(found.stays)}"
    verb = "does not switch off" if found.here else "switches off"
    fix = _fix(entry, subject, project, null=null)
    return Finding(
        code=ThresholdNull.code,
        severity="warning",
        message=f"`{spelling}` {verb} {what}{found.keepers}",
        place=value_place(subject.place.file, entry.key, entry.value),
        node=subject.node,
        hint=_hint(name, fix),
        notes=("to dbt v2 a null is as good as not written, to dbt Core 1.11 `{}`; nothing works on both",),
        related=found.related(),
        fixes=(fix,) if fix is not None else (),
    )


def _hint(name: str, fix: Fix | None) -> str:
    return f"set {name} on the tables that need it" if fix is None else f"w{fix.title[1:]}"


def _fix(entry: Entry, subject: Subject, project: Project, *, null: bool) -> Fix | None:
    """The other spelling, where only one engine is in use."""
    fusion, core = matters(project, "fusion"), matters(project, "core")
    file = subject.place.file
    if fusion == core or fusion is not null or is_code(file):
        return None
    return replace_null(project, file, entry.key.span, entry.value, "{}" if fusion else "null")
