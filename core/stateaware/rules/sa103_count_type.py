"""SA103: a count is no whole number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.strict import I64_MAX
from stateaware.config.values import typed
from stateaware.findings import Finding, Fix, Place, Severity
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.edits import replace_value
from stateaware.rules.engines import engine_codes
from stateaware.rules.faults import Fault, codes, faults, is_used, jinja_of, raw_text, severity_of
from stateaware.rules.jinja_values import as_number, is_lone
from stateaware.rules.shown import shortened, shown
from stateaware.rules.words import number_meant
from stateaware.syntax.tree import Mapping, Sequence

if TYPE_CHECKING:
    from stateaware.workspace import Project


class CountType(Rule):
    """A `count` is text, a fraction, a boolean, a list or too large, instead of a whole number.

    ## What it does
    Reports a `count` in `build_after`, `warn_after`, `error_after` or `lag_tolerance` that is no whole
    number, and names what it is: `"4"` and `four` are text, `1.5` is a fraction, `true` a boolean.

    ## Why it matters
    dbt v2 refuses such a block. In a source it drops the count without a word, so that the threshold
    never applies. dbt Core converts what it can (`1.5` becomes 1, `true` becomes 1) and stops at the rest.
    `env_var()` always gives text, so a count from the environment needs `| int`.

    ## Example
    ```yaml
    build_after: {count: "4", period: hour}
    ```

    ## How to fix
    Write a plain number: `build_after: {count: 4, period: hour}`, or
    `count: "{{ env_var('HOURS', '4') | int }}"`.

    ## Engines
    dbt v2: dbt1013 (dbt1501 in SQL), and dbt1007 as a warning for a source. dbt Core 1.11: what `int()`
    cannot read is an InvalidFieldValue; the rest is a warning here.
    """

    code = "SA103"
    name = "count-type"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting with a block of count and period."""
        return blocks_of(project).with_interval

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each count of the wrong type."""
        block = block_of(subject)
        return [
            _finding(fault, block, subject, project)
            for fault in faults(project, block)
            if fault.key == "count" and fault.problem.kind in ("type", "dropped")
        ]


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    written, problem = block.written, fault.problem
    jinja = jinja_of(written, problem.path)
    fix = _fix(fault, block, jinja, project)
    notes = refusal(project, written, fault, _as_core(problem.value))
    error = "OverflowError" if _is_huge(problem.value) else "InvalidFieldValue"
    engine = codes(project, written, fault, error)
    if problem.kind == "dropped":
        notes = ("dbt v2 drops the count without a word, and the threshold never applies (dbt1007)",)
        used = project.profile.name != "core" and is_used(project, written)
        engine = engine_codes(project, "dbt1007") if used else ()
    return Finding(
        code=CountType.code,
        severity=_severity(fault, block, project),
        message=_message(problem.value, jinja),
        place=Place(subject.place.file, problem.span),
        node=subject.node,
        hint=_hint(problem.value, jinja, block),
        notes=notes,
        fixes=(fix,) if fix is not None else (),
        engine_codes=engine,
    )


def _severity(fault: Fault, block: WrittenBlock, project: Project) -> Severity:
    """Under dbt Core a number in quotes is as good as one without, so it is only a better way."""
    judged = severity_of(project, block.written, fault)
    value = fault.problem.value
    harmless = isinstance(value, str) and number_meant(value) is not None and not fault.core
    return "info" if harmless and project.profile.name == "core" and judged == "warning" else judged


def _is_huge(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _message(value: object, jinja: str) -> str:
    if _is_huge(value):
        return f"count must be at most {I64_MAX}; `{shortened(str(value))}` is too large"
    if jinja:
        return f"count must be a whole number; `{shortened(jinja)}` gives {_kind(value)}"
    if isinstance(value, str) and value.strip():
        return f"count must be a whole number; {shown(value)} is text"
    return f"count must be a whole number; {_kind(value)} is none"


def _kind(value: object) -> str:
    if isinstance(value, float):
        return f"the fraction `{value}`"
    if isinstance(value, str) and value.strip():
        return f"the text {shown(value)}"
    return shown(typed(value) if isinstance(value, (Mapping, Sequence)) else value)


def _hint(value: object, jinja: str, block: WrittenBlock) -> str:
    in_code = block.written.setting.layer.kind == "config()"
    if jinja:
        return "add `| int`" if in_code or is_lone(jinja) else "write `{{ … }}` alone, with nothing around it"
    if in_code and isinstance(value, str) and "{{" in value:
        return "text in config() is not rendered again: write the expression itself"
    meant = number_meant(value)
    return "write a whole number" if meant is None else f"write `{meant}`"


def _as_core(value: object) -> str:
    if isinstance(value, (str, bool, float)):
        try:
            return f"takes it as {int(value)}"
        except (ValueError, OverflowError):
            pass
    return ""


def _fix(fault: Fault, block: WrittenBlock, jinja: str, project: Project) -> Fix | None:
    problem, file = fault.problem, block.written.setting.file
    if jinja:
        return as_number(project, file, problem.span, jinja)
    meant = number_meant(problem.value)
    if meant is None:
        return None
    raw = raw_text(block.written, problem.path)
    return replace_value(project, file, problem.span, raw, str(meant), f"Write `{meant}`")
