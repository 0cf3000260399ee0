"""SA109: a build_after has updates_on without count and period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.config.written import Written
from stateaware.findings import Finding, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.intervals import Interval
from stateaware.rules.layers_below import below, described, where
from stateaware.syntax.tree import Scalar

if TYPE_CHECKING:
    from stateaware.workspace import Project


class UpdatesOnAlone(Rule):
    """A `build_after` has `updates_on` but neither count nor period.

    ## What it does
    Reports a `build_after` that sets only `updates_on`.

    ## Why it matters
    Layers are not merged key by key: the block replaces an inherited `build_after` as a whole, so the
    interval of the weaker layer is gone and the model may build at any time.

    ## Example
    ```yaml
    # dbt_project.yml sets build_after: {count: 1, period: day}
    models:
      - name: orders
        config:
          freshness:
            build_after: {updates_on: all}
    ```

    ## How to fix
    Write the interval too: `build_after: {count: 1, period: day, updates_on: all}`. Where no wait is
    meant, say so: `build_after: {count: 0, period: minute, updates_on: all}`.

    ## Engines
    The same on all: accepted, without an interval.
    """

    code = "SA109"
    name = "updates-on-alone"
    group = "required"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `build_after` map."""
        return blocks_of(project).build_after

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where updates_on is all there is."""
        block = block_of(subject)
        interval = block.intervals[0]
        node = interval.tree.value("updates_on")
        if interval.count is not None or interval.period is not None or not isinstance(node, Scalar):
            return ()
        if node.native not in ("any", "all"):
            return ()
        return [_finding(interval, block.written, node.native, subject, project)]


def _finding(
    interval: Interval, written: Written, updates_on: object, subject: Subject, project: Project
) -> Finding:
    hidden = _hidden(written, project)
    message = "build_after has updates_on but no count and period, so there is no interval"
    example = f"{{count: 0, period: minute, updates_on: {updates_on}}}"
    related: tuple[Related, ...] = ()
    if hidden is not None:
        message = (
            "build_after has updates_on alone, so there is no interval; "
            f"the {described(hidden)} from {where(hidden)} is replaced, not completed"
        )
        example = f"{{{_interval_of(hidden)}, updates_on: {updates_on}}}"
        related = (Related(Place(hidden.file, hidden.span), "replaced as a whole"),)
    return Finding(
        code=UpdatesOnAlone.code,
        severity="warning",
        message=message,
        place=Place(subject.place.file, interval.span),
        node=subject.node,
        hint=f"write `{example}`",
        notes=("dbt v2 and dbt Core 1.11 accept it",),
        related=related,
    )


def _hidden(written: Written, project: Project) -> Setting | None:
    """The interval of a weaker layer that some model loses by this block."""
    for unique_id in blocks_of(project).users(written):
        model = project.models.get(unique_id)
        effective = model.effective.get(written.key) if model is not None else None
        if effective is None or effective.winner is None or model is None:
            continue
        if (
            effective.winner.key.span != written.setting.key.span
            or effective.winner.file != written.setting.file
        ):
            continue
        for setting in below(model.layers[written.key], effective.winner):
            if _interval_of(setting):
                return setting
    return None


def _interval_of(setting: Setting) -> str:
    value = setting.block.value
    build_after = value.get("build_after") if isinstance(value, dict) else None
    if (
        not isinstance(build_after, dict)
        or build_after.get("count") is None
        or build_after.get("period") is None
    ):
        return ""
    return f"count: {build_after['count']}, period: {build_after['period']}"
