"""SA101: a written block has only one of count and period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stateaware.config.written import Written
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import severity
from stateaware.rules.intervals import Interval, intervals

if TYPE_CHECKING:
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class _Data:
    written: Written
    interval: Interval


class IncompleteBlock(Rule):
    """A `build_after`, `warn_after`, `error_after` or `lag_tolerance` has only one of count and period.

    ## What it does
    Reports a written block that has `count` without `period`, or `period` without `count`.

    ## Why it matters
    Both are required. dbt stops when such a block is in force for a model; for a source it only warns,
    and the threshold never applies. A half block that another layer hides is accepted, until that
    layer goes away.

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

    ## Engines
    All. SA102 reports the models for which such a block is in force, as dbt does.
    """

    code = "SA101"
    name = "incomplete-block"
    group = "required"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written block with a count and a period."""
        return list(_subjects(project))

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where exactly one of the two is there."""
        data = subject.data
        if not isinstance(data, _Data) or data.interval.complete:
            return
        missing = data.interval.missing
        there = "count" if missing == "period" else "period"
        yield Finding(
            code=self.code,
            severity=severity(project, "error", "warning", "warning"),
            message=f"{data.interval.name} has a {there} but no {missing}; both are required",
            place=subject.place,
            node=subject.node,
            hint=f"add `{missing}`",
        )


def _subjects(project: Project) -> Iterator[Subject]:
    for written in project.written:
        if not written.package.is_root:
            continue
        for interval in intervals(written):
            place = Place(written.setting.file, interval.span)
            yield Subject(place, written.label, written.node, _Data(written, interval))
