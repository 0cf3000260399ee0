"""SA117: the Jinja of a value fails."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.config.values import JinjaFailure
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.edits import is_code
from stateaware.rules.engines import engine_codes
from stateaware.rules.faults import Fault, faults, jinja_of, severity_of
from stateaware.rules.shown import shortened

if TYPE_CHECKING:
    from stateaware.workspace import Project

_WITHOUT_DEFAULT: Final = re.compile(r"\b(env_var|var)\(\s*('[^',()]*'|\"[^\",()]*\")\s*\)")
_DEFAULTS: Final = {"var": "4", "env_var": "'4'"}


class ValueJinjaFailure(Rule):
    """The Jinja in a value fails: a variable is not set, a macro does not exist, an expression is wrong.

    ## What it does
    Reports values of `freshness`, `state` and `loaded_at_field` whose Jinja dbt cannot render. What hangs
    on an environment variable that is not set here is left to SA604, since it may be set where dbt runs.

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
        for fault in faults(project, block):
            if fault.problem.kind == "jinja":
                yield _finding(fault, block, subject, project)


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    failure = fault.problem.value
    reason = failure.message if isinstance(failure, JinjaFailure) else fault.problem.expected
    fusion, core = _codes(failure, subject.place.file)
    return Finding(
        code=ValueJinjaFailure.code,
        severity=severity_of(project, block.written, fault),
        message=f"the Jinja of {fault.key} cannot be rendered: {shortened(reason.rstrip('.'))}",
        place=Place(subject.place.file, fault.problem.span),
        node=subject.node,
        hint=_hint(jinja_of(block.written, fault.problem.path)),
        notes=refusal(project, block.written, fault),
        engine_codes=engine_codes(project, fusion if fault.fusion else "", core if fault.core else ""),
    )


def _codes(failure: object, file: str) -> tuple[str, str]:
    """What dbt v2 and dbt Core call a failure."""
    from stateaware.syntax.jinja import errors

    kind = failure.kind if isinstance(failure, JinjaFailure) else ""
    if kind == errors.UndefinedName.__name__:
        # dbt Core renders an undefined name to a value that then is no number and no word, and no JSON
        return errors.UndefinedName.fusion_code, "TypeError" if is_code(file) else "InvalidFieldValue"
    error = getattr(errors, kind, errors.JinjaError)
    return error.fusion_code, error.core_name


def _hint(jinja: str) -> str:
    call = _WITHOUT_DEFAULT.search(jinja)
    return "" if call is None else f"give a default: `{call[1]}({call[2]}, {_DEFAULTS[call[1]]})`"
