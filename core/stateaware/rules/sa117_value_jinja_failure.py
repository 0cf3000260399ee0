"""SA117: the Jinja of a value fails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.values import JinjaFailure
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.engines import engine_codes
from stateaware.rules.faults import Fault, faults, raw_text, severity_of
from stateaware.rules.shown import shortened

if TYPE_CHECKING:
    from stateaware.workspace import Project


class ValueJinjaFailure(Rule):
    """The Jinja in a value fails: a variable is not set, a macro does not exist, an expression is wrong.

    ## What it does
    Reports values of `freshness`, `state` and `loaded_at_field` whose Jinja dbt cannot render.

    ## Why it matters
    dbt stops, or drops the block. A variable without a default is the usual reason: it works where the
    variable is set, and stops everywhere else.

    ## Example
    ```yaml
    count: "{{ var('hours') }}"
    ```

    ## How to fix
    Give a default: `count: "{{ var('hours', 4) }}"`, or set the variable in dbt_project.yml.

    ## Engines
    dbt v2: dbt1501. dbt Core 1.11: CompilationError, or ParsingError for `env_var()`; macros of the project
    are unknown to it in YAML.
    """

    code = "SA117"
    name = "value-jinja-failure"
    group = "required"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting."""
        return blocks_of(project).distinct

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each value that cannot be rendered."""
        block = block_of(subject)
        return [
            _finding(fault, block, subject, project)
            for fault in faults(project, block)
            if fault.problem.kind == "jinja"
        ]


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    failure = fault.problem.value
    reason = failure.message if isinstance(failure, JinjaFailure) else fault.problem.expected
    raw = raw_text(block.written, fault.problem.path)
    env = ("env_var" in raw and "nvironment" in reason) or "Env var" in reason
    fusion = "dbt1501" if fault.fusion else ""
    core = ("ParsingError" if env else "CompilationError") if fault.core else ""
    return Finding(
        code=ValueJinjaFailure.code,
        severity=severity_of(project, block.written, fault),
        message=f"the Jinja of {fault.key} cannot be rendered: {shortened(reason.rstrip('.'))}",
        place=Place(subject.place.file, fault.problem.span),
        node=subject.node,
        hint=_hint(raw),
        notes=refusal(project, block.written, fault),
        engine_codes=engine_codes(project, fusion, core),
    )


def _hint(raw: str) -> str:
    for call in ("env_var", "var"):
        if f"{call}(" in raw and "," not in raw:
            return f"give a default: `{call}('NAME', 4)`" if call == "var" else "give a default"
    return ""
