"""SA109: a build_after has updates_on without count and period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.config.written import Written
from stateaware.findings import Edit, Finding, Fix, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.edits import is_code, written_text
from stateaware.rules.intervals import Interval
from stateaware.rules.layers_below import below, described, where
from stateaware.syntax.tree import Scalar
from stateaware.text.span import Span

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
    fixable = "sometimes"

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
    new = "count: 0, period: minute" if hidden is None else _interval_of(hidden)
    message = "build_after has updates_on but no count and period, so there is no interval"
    related: tuple[Related, ...] = ()
    if hidden is not None:
        message = (
            "build_after has updates_on alone, so there is no interval; "
            f"the {described(hidden)} from {where(hidden)} is replaced, not completed"
        )
        related = (Related(Place(hidden.file, hidden.span), "replaced as a whole"),)
    return Finding(
        code=UpdatesOnAlone.code,
        severity="warning",
        message=message,
        place=Place(subject.place.file, interval.span),
        node=subject.node,
        hint=f"write `{{{new}, updates_on: {updates_on}}}`",
        notes=("dbt v2 and dbt Core 1.11 accept it",),
        related=related,
        fixes=_fixes(interval, new, subject.place.file, project, safe=hidden is None),
    )


def _fixes(interval: Interval, new: str, file: str, project: Project, *, safe: bool) -> tuple[Fix, ...]:
    """The interval before the key: safe where it only says what holds anyway."""
    entry = interval.tree.get("updates_on")
    if entry is None or entry.merged:
        return ()
    if (written_text(project, file, entry.key.span) or "").strip("\"'") != entry.key.text:
        return ()
    at = Span.at(*entry.key.span[:2])
    count, period = (part.split(": ")[1] for part in new.split(", "))
    if is_code(file):
        quote = '"' if file.endswith(".py") else "'"
        text = f"{quote}count{quote}: {count}, {quote}period{quote}: {quote}{period}{quote}, "
    elif interval.tree.flow:
        text = f"count: {count}, period: {period}, "
    else:
        indent = " " * (entry.key.span.column - 1)
        text = f"count: {count}\n{indent}period: {period}\n{indent}"
    return (Fix(f"Write `{new}`", (Edit(file, at, text),), safe),)


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
