"""SA101: a written block has only one of count and period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.config.reader import FRESHNESS
from stateaware.config.written import Written
from stateaware.findings import Finding, Fix, Place, Severity
from stateaware.records import replace
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.consequences import matters
from stateaware.rules.edits import is_code, replace_null, written_text
from stateaware.rules.engines import engine_codes
from stateaware.rules.faults import is_used, jinja_of
from stateaware.rules.intervals import Interval
from stateaware.rules.keys import RULES_KEYS, near_key
from stateaware.rules.shown import shortened
from stateaware.text.source import SourceText

if TYPE_CHECKING:
    from stateaware.workspace import Project

PERIODS: Final = ("hour", "day", "minute")


class IncompleteBlock(Rule):
    """A `build_after`, `warn_after`, `error_after` or `lag_tolerance` has only one of count and period.

    ## What it does
    Reports a written block that has `count` without `period`, or `period` without `count`.

    ## Why it matters
    Both are required. dbt stops when such a block is in force for a model; for a source it only warns,
    and the threshold never applies. A block replaces what other layers say as a whole, so the missing
    half is never taken from there.

    ## Example
    ```yaml
    models:
      - name: orders
        config:
          freshness:
            build_after: {count: 4}
    ```

    ## How to fix
    Write both: `build_after: {count: 4, period: hour}`.

    For a missing period, editors offer the three that there are; for a missing count there is no fix, since
    nothing tells the number, and none in SQL and Python.

    ## Engines
    All. dbt v2 accepts a half block that another layer hides, and names the model's file when one is in
    force (SA102 does so too); dbt Core 1.11 also stops where a stronger layer hides it.
    """

    code = "SA101"
    name = "incomplete-block"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting with a block of count and period."""
        return blocks_of(project).with_interval

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each block where exactly one of the two is there."""
        block = block_of(subject)
        return [
            _finding(block.written, interval, subject, project)
            for interval in block.intervals
            if not interval.complete and not _told_elsewhere(block.written, interval, project)
        ]


def _told_elsewhere(written: Written, interval: Interval, project: Project) -> bool:
    """Whether the half is missing for a reason that another rule gives: a wrong value, or a misspelt key."""
    problems = written.setting.block.problems
    if any(problem.path[-2:] == (interval.name, interval.missing) for problem in problems):
        return True
    keys = [entry.key.text for entry in interval.tree.entries if entry.key.text not in RULES_KEYS]
    misspelt = any(near_key(key, (interval.missing,)) is not None for key in keys)
    return misspelt and project.profile.name != "core"


def _finding(written: Written, interval: Interval, subject: Subject, project: Project) -> Finding:
    missing = interval.missing
    there = "count" if missing == "period" else "period"
    example = "period: hour" if missing == "period" else "count: 4"
    reason = _because(written, interval)
    severity, engine, notes = _judge(written, project)
    return Finding(
        code=IncompleteBlock.code,
        severity=severity,
        message=f"{interval.name} has a {there} but no {missing}{reason}; both are required",
        place=Place(subject.place.file, interval.span),
        node=subject.node,
        hint=f"add `{missing}`, as in `{example}`",
        notes=notes,
        fixes=_fixes(interval, subject.place.file, project) if missing == "period" else (),
        engine_codes=engine,
    )


def _fixes(interval: Interval, file: str, project: Project) -> tuple[Fix, ...]:
    """One for each period; which is meant only the author knows."""
    from stateaware.fix.yaml_edit import append_entry

    text = project.text(file)
    count = interval.tree.get("count")
    if text is None or is_code(file) or count is None:
        return ()
    if (written_text(project, file, count.key.span) or "").strip("\"'") != "count":
        return ()  # Jinja made the block
    fixes = []
    entry = interval.tree.get("period")
    for period in PERIODS:
        title = f"Write `period: {period}`"
        if entry is not None:
            fix = replace_null(project, file, entry.key.span, entry.value, period)
            fixes += [replace(fix, title=title, safe=False)] if fix is not None else []
            continue
        edits = append_entry(SourceText(file, text), interval.tree, "period", period)
        fixes += [Fix(title, edits, safe=False)] if edits else []
    return tuple(fixes)


def _because(written: Written, interval: Interval) -> str:
    """Why a half that is written is not there."""
    path = (written.key, interval.name, interval.missing)
    jinja = jinja_of(written, path)
    if jinja:
        return f" (`{shortened(jinja)}` gives nothing)"
    return " (it is null)" if interval.tree.get(interval.missing) is not None else ""


def _judge(written: Written, project: Project) -> tuple[Severity, tuple[str, ...], tuple[str, ...]]:
    """Severity, codes of dbt, and notes under the engine in force."""
    name = project.profile.name
    if written.resource == "source":
        fusion = name == "fusion" and is_used(project, written)
        notes = (
            "dbt v2 warns (dbt1007), and the threshold never applies; dbt Core 1.11 reads nothing there",
        )
        severity: Severity = "error" if name == "documented" else "warning"
        return severity, engine_codes(project, "dbt1007") if fusion or name == "documented" else (), notes
    if written.key != FRESHNESS:
        return ("error" if name == "documented" else "warning"), (), _model_notes(project, core=False)
    if name == "core" and is_used(project, written):
        core = "ConfigUpdateError" if written.setting.layer.kind == "config()" else "ValidationError"
        return "error", (core,), ("dbt Core 1.11 stops here, also where a stronger layer hides the block",)
    return ("error" if name == "documented" else "warning"), (), _model_notes(project, core=True)


def _model_notes(project: Project, *, core: bool) -> tuple[str, ...]:
    told = []
    if matters(project, "fusion"):
        told.append("dbt v2 stops when the block is in force for a model (dbt1005)")
    if core and matters(project, "core"):
        told.append("dbt Core 1.11 stops when a model uses it")
    return ("; ".join(told),) if told else ()
