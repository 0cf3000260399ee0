"""SA107: a period is `second`, which only dbt v2 takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import STATE
from stateaware.findings import Finding, Fix, Place, Severity
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.consequences import matters
from stateaware.rules.edits import replace_value, replace_word
from stateaware.rules.engines import engine_codes
from stateaware.rules.faults import is_used
from stateaware.rules.intervals import Interval
from stateaware.syntax.tree import Scalar

if TYPE_CHECKING:
    from stateaware.config.written import Written
    from stateaware.workspace import Project


class PeriodSecond(Rule):
    """A `period` is `second`: dbt v2 takes it, dbt Core stops.

    ## What it does
    Reports `period: second` in `build_after`, `warn_after` and `error_after`.

    ## Why it matters
    The documentation knows `minute`, `hour` and `day`. dbt v2 takes `second` as well; dbt Core refuses the
    whole project.

    ## Example
    ```yaml
    build_after: {count: 120, period: second}
    ```

    ## How to fix
    Write minutes: `build_after: {count: 2, period: minute}`.

    ## Engines
    dbt v2 accepts it, so an information there. dbt Core 1.11: InvalidFieldValue.
    """

    code = "SA107"
    name = "period-second"
    group = "required"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting with a block of count and period."""
        return blocks_of(project).with_interval

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each `second`; none for `state`, which only dbt v2 knows."""
        block = block_of(subject)
        if block.written.key == STATE:
            return ()
        return [
            _finding(interval, block.written, subject, project)
            for interval in block.intervals
            if interval.period == "second"
        ]


def _finding(interval: Interval, written: Written, subject: Subject, project: Project) -> Finding:
    node = interval.period_node
    fix = _fix(interval, subject, project)
    refused = project.profile.name == "core" and is_used(project, written)
    return Finding(
        code=PeriodSecond.code,
        severity=_severity(project, refused=refused),
        message="period must be minute, hour or day; `second` is taken by dbt v2 alone",
        place=Place(subject.place.file, interval.span if node is None else node.span),
        node=subject.node,
        hint=fix.title[0].lower() + fix.title[1:] if fix is not None else "the shortest period is `minute`",
        notes=("dbt Core 1.11 stops here",) if matters(project, "core") else (),
        fixes=(fix,) if fix is not None else (),
        engine_codes=engine_codes(project, core="InvalidFieldValue")
        if project.profile.name != "fusion"
        else (),
    )


def _severity(project: Project, *, refused: bool) -> Severity:
    if refused:
        return "error"
    return "warning" if matters(project, "core") else "info"


def _fix(interval: Interval, subject: Subject, project: Project) -> Fix | None:
    count, period = interval.count_node, interval.period_node
    if not isinstance(count, Scalar) or not isinstance(period, Scalar):
        return None
    if type(count.native) is not int or count.native % 60:
        return None
    minutes, file = count.native // 60, subject.place.file
    word = replace_word(project, file, period.span, "second", "minute")
    number = replace_value(project, file, count.span, count.native, str(minutes), "")
    if word is None or number is None:
        return None
    return Fix(f"Write `count: {minutes}` and `period: minute`", (*number.edits, *word.edits))
