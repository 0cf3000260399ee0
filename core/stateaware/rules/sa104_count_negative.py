"""SA104: a count is negative."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.engines import severity
from stateaware.rules.intervals import Interval

if TYPE_CHECKING:
    from stateaware.workspace import Project


class CountNegative(Rule):
    """A `count` is negative.

    ## What it does
    Reports a negative `count` in `build_after`, `warn_after`, `error_after` or `lag_tolerance`.

    ## Why it matters
    The documentation asks for a positive number. Both engines take a negative one all the same, and a
    negative time has always passed: a model is never held back, a source is always late.

    ## Example
    ```yaml
    build_after: {count: -1, period: hour}
    ```

    ## How to fix
    Write a positive number, or `build_after: {count: 0, period: minute}` to switch the wait off.

    ## Engines
    An error where the documentation is asked; dbt v2 and dbt Core 1.11 accept it, so a warning there.
    """

    code = "SA104"
    name = "count-negative"
    group = "required"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting with a block of count and period."""
        return blocks_of(project).with_interval

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each negative count."""
        found = []
        for interval in block_of(subject).intervals:
            count = interval.count
            if isinstance(count, int) and count < 0 and interval.count_node is not None:
                found.append(_finding(interval, count, subject, project))
        return found


_EFFECT = {
    "build_after": "the model is never held back, as with 0",
    "warn_after": "the source always counts as late",
    "error_after": "the source always counts as late",
    "lag_tolerance": "no lag is tolerated, as with 0",
}


def _finding(interval: Interval, count: int, subject: Subject, project: Project) -> Finding:
    span = interval.count_node.span if interval.count_node is not None else interval.span
    hint = f"write `{-count}`"
    if interval.name == "build_after":
        hint += ", or `0` to switch it off"
    return Finding(
        code=CountNegative.code,
        severity=severity(project, "error", "warning", "warning"),
        message=f"count must be positive; with `{count}` {_EFFECT[interval.name]}",
        place=Place(subject.place.file, span),
        node=subject.node,
        hint=hint,
        notes=("dbt v2 and dbt Core 1.11 accept it",),
    )
