"""SA105: a count is zero."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Fix, Place, Severity
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.edits import replace_word
from stateaware.rules.intervals import Interval
from stateaware.syntax.tree import Scalar

if TYPE_CHECKING:
    from stateaware.workspace import Project


class CountZero(Rule):
    """A `count` is 0: no wait for a model, always late for a source.

    ## What it does
    Reports a `count` of 0. For a model it is an information: 0 is how a model opts out, and
    `{count: 0, period: minute}`, dbt's default written out, is the usual spelling and passes. In
    `warn_after` and `error_after` it is a warning.

    ## Why it matters
    A model with 0 builds on any new data or code. A source with a threshold of 0 is always late, so
    `dbt source freshness` warns or fails every time.

    ## Example
    ```yaml
    warn_after: {count: 0, period: hour}
    ```

    ## How to fix
    Write how old the data may be. To switch a source's thresholds off, write `freshness: null`.

    ## Engines
    The same on all.
    """

    code = "SA105"
    name = "count-zero"
    group = "required"
    severity = "info"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting with a block of count and period."""
        return blocks_of(project).with_interval

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each zero, except the documented default and a tolerance of nothing."""
        return [
            _finding(interval, subject, project)
            for interval in block_of(subject).intervals
            if type(interval.count) is int and interval.count == 0 and _says_something(interval)
        ]


def _says_something(interval: Interval) -> bool:
    if interval.name == "lag_tolerance" or not interval.complete:
        return False
    return interval.name != "build_after" or interval.period in ("second", "hour", "day")


def _finding(interval: Interval, subject: Subject, project: Project) -> Finding:
    node = interval.count_node
    place = Place(subject.place.file, interval.span if node is None else node.span)
    if interval.name != "build_after":
        severity: Severity = "warning"
        verb = "warns" if interval.name == "warn_after" else "fails"
        return Finding(
            code=CountZero.code,
            severity=severity,
            message=f"{interval.name} of 0 has always passed, so `dbt source freshness` {verb} every time",
            place=place,
            node=subject.node,
            hint="write how old the data may be",
            notes=("to switch the check off: freshness: null",),
        )
    fix = _fix(interval, subject, project)
    return Finding(
        code=CountZero.code,
        severity="info",
        message="build_after of 0 holds nothing back: the model builds on any new data or code",
        place=place,
        node=subject.node,
        hint="the usual spelling is `{count: 0, period: minute}`",
        fixes=(fix,) if fix is not None else (),
    )


def _fix(interval: Interval, subject: Subject, project: Project) -> Fix | None:
    node, period = interval.period_node, interval.period
    if not isinstance(node, Scalar) or not isinstance(period, str):
        return None
    return replace_word(project, subject.place.file, node.span, period, "minute", "Write `period: minute`")
