"""SA302: a null inside freshness that dbt Core stops at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Fix, Severity
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.consequences import matters
from stateaware.rules.edits import build_after, is_code, replace_null, value_place
from stateaware.rules.faults import is_used
from stateaware.syntax.tree import Entry, Mapping, Scalar

if TYPE_CHECKING:
    from stateaware.config.written import Written
    from stateaware.workspace import Project


class CoreRejectsNull(Rule):
    """A `build_after: null` or `updates_on: null`: dbt v2 takes it, dbt Core stops.

    ## What it does
    Reports nulls written for `build_after` and for `updates_on` in it.

    ## Why it matters
    On dbt v2 `build_after: null` switches an inherited interval off and `updates_on: null` is `any`. dbt
    Core refuses both and with them the whole project.

    ## Example
    ```yaml
    freshness:
      build_after: null
    ```

    ## How to fix
    To switch off: `build_after: {count: 0, period: minute}`. For `updates_on` write `any`, or leave it out.

    ## Engines
    dbt v2 accepts both, so nothing is said where only dbt v2 is in use. dbt Core 1.11: InvalidFieldValue.
    """

    code = "SA302"
    name = "core-rejects-null"
    group = "null"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `freshness` of a model with a `build_after`."""
        return blocks_of(project).with_build_after if matters(project, "core") else ()

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each null."""
        written = block_of(subject).written
        return [_finding(entry, written, subject, project) for entry in _nulls(written)]


def _nulls(written: Written) -> Iterator[Entry]:
    tree = written.setting.block.tree
    entry = tree.get("build_after") if isinstance(tree, Mapping) else None
    if entry is None:
        return
    if _is_null(entry):
        yield entry
    elif isinstance(entry.value, Mapping):
        inner = entry.value.get("updates_on")
        if inner is not None and _is_null(inner):
            yield inner


def _is_null(entry: Entry) -> bool:
    return isinstance(entry.value, Scalar) and entry.value.native is None


def _finding(entry: Entry, written: Written, subject: Subject, project: Project) -> Finding:
    file, key = subject.place.file, entry.key.text
    any_word = "'any'" if is_code(file) else "any"
    new = build_after(file, 0, "minute") if key == "build_after" else any_word
    on_fusion = "switches an inherited interval off" if key == "build_after" else "reads it as `any`"
    in_core = project.profile.name == "core"
    severity: Severity = "error" if in_core and is_used(project, written) else "warning"
    told = in_core or project.profile.name == "documented"
    fix: Fix | None = replace_null(project, file, entry.key.span, entry.value, new)
    return Finding(
        code=CoreRejectsNull.code,
        severity=severity,
        message=f"`{key}: null` stops dbt Core 1.11; dbt v2 {on_fusion}",
        place=value_place(file, entry.key, entry.value),
        node=subject.node,
        hint=f"write `{new}`",
        notes=(f"the same on every engine: {key}: {new}",) if key == "build_after" else (),
        fixes=(fix,) if fix is not None else (),
        engine_codes=("InvalidFieldValue",) if told else (),
    )
