"""SA511: a value depends on the date or time at which dbt parses the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.clock import asks_clock, clock_leaves, varying_keys
from stateaware.rules.consequences import matters
from stateaware.rules.engines import severity
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.config.written import Written
    from stateaware.workspace import Project


class ValueOfTheDay(Rule):
    """A freshness value depends on the date or time.

    ## What it does
    Reports values of `freshness`, `state` and `loaded_at_field` whose Jinja asks for the clock
    (`modules.datetime`, `run_started_at`), directly or in a macro.

    ## Why it matters
    The value is fixed when dbt parses the project, by the clock and the time zone of the machine that
    runs it; it does not change while a run goes on, and a manifest holds the value of its day. dbt Core
    parses a file again only when it changed, so there the first day's value stays.

    ## Example
    ```yaml
    build_after:
      count: "{{ 48 if modules.datetime.datetime.today().weekday() == 0 else 4 }}"
      period: hour
    ```

    ## How to fix
    Nothing, if that is what you want and every job parses the project anew, as dbt v2 does. With dbt Core
    run `dbt --no-partial-parse`, or choose the value with a `var()` or `env_var()`, whose change dbt sees.

    ## Engines
    dbt v2 takes the value of each run; dbt Core keeps the first one (partial parsing), which makes it a
    warning there.
    """

    code = "SA511"
    name = "value-of-the-day"
    group = "meaning"
    severity = "info"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every setting that is rendered with the clock; every other one is no item."""
        return list(_subjects(project)) if asks_clock(project) else ()

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each value."""
        core = matters(project, "core")
        kept = "dbt Core keeps the first value until the file changes (partial parsing)"
        yield Finding(
            code=self.code,
            severity=severity(project, "info", "info", "warning"),
            message="this value depends on the clock, which dbt reads when it parses the project",
            place=subject.place,
            node=subject.node,
            notes=(kept,) if core else (),
        )


def _subjects(project: Project) -> Iterator[Subject]:
    rendered: dict[str, set[str]] = {}
    for subject in blocks_of(project).every:
        written = block_of(subject).written
        leaves = [leaf.span for leaf in clock_leaves(project, written)]
        if not leaves and written.setting.layer.kind == "config()":
            leaves = _rendered(project, written, rendered)
        for span in leaves:
            yield Subject(Place(subject.place.file, span), subject.label, subject.node, written)


def _rendered(project: Project, written: Written, seen: dict[str, set[str]]) -> list[Span]:
    """The place of a setting that only rendering the whole file gives, if it is another at another time."""
    model = project.models.get(written.node or "")
    if model is None or not (model.facts.needs_render or project.inputs.macros.configures(model.facts.calls)):
        return []
    if model.unique_id not in seen:
        seen[model.unique_id] = varying_keys(project, model)
    return [written.setting.span] if written.key in seen[model.unique_id] else []
