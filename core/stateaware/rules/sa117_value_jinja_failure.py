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
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import engine_codes
from stateaware.rules.faults import Fault, faults, jinja_of, severity_of
from stateaware.rules.shown import shortened
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

_WITHOUT_DEFAULT: Final = re.compile(r"\b(env_var|var)\(\s*('[^',()]*'|\"[^\",()]*\")\s*\)")
_DEFAULTS: Final = {"var": "4", "env_var": "'4'"}


class ValueJinjaFailure(Rule):
    """The Jinja in a value fails: a variable is not set, a macro does not exist, an expression is wrong.

    ## What it does
    Reports values of `freshness`, `state` and `loaded_at_field` whose Jinja dbt cannot render, and models
    whose code fails where it has to be rendered to learn what its `config()` sets. What hangs on an
    environment variable that is not set here is left to SA604, since it may be set where dbt runs.

    ## Why it matters
    dbt stops, or drops the block or the model. A variable without a default is the usual reason: it works
    where the variable is set, and stops everywhere else.

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
        """Every written setting, and every model that cannot be rendered."""
        yield from blocks_of(project).distinct
        for unique_id, model in project.models.items():
            failure = model.failure
            if failure is not None and model.facts.problem is None and model.package.is_root:
                span = None if failure.line is None else Span.at(failure.line, 1)
                yield Subject(Place(model.file.file, span), model.name, unique_id, failure)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each value that cannot be rendered."""
        if isinstance(subject.data, Exception):
            yield _of_model(subject.data, subject, project)
            return
        block = block_of(subject)
        for fault in faults(project, block):
            if fault.problem.kind == "jinja":
                yield _finding(fault, block, subject, project)


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    failure = fault.problem.value
    reason = failure.message if isinstance(failure, JinjaFailure) else fault.problem.expected
    fusion, core = _codes(failure.kind if isinstance(failure, JinjaFailure) else "", subject.place.file)
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


def _of_model(failure: Exception, subject: Subject, project: Project) -> Finding:
    kind = type(failure).__name__
    fusion, core = _codes(kind, subject.place.file)
    core = "UndefinedMacroError" if kind in ("UndefinedName", "UnknownFunction") else core
    return Finding(
        code=ValueJinjaFailure.code,
        severity="error",
        message=f"the Jinja of this model cannot be rendered: {shortened(str(failure).rstrip('.'))}",
        place=subject.place,
        node=subject.node,
        notes=on_engines(project, f"leaves the model out of its manifest ({fusion})", f"stops here ({core})"),
        engine_codes=engine_codes(project, fusion, core),
    )


def _codes(kind: str, file: str) -> tuple[str, str]:
    """What dbt v2 and dbt Core call a failure."""
    from stateaware.syntax.jinja import errors

    if kind == errors.UndefinedName.__name__:
        # dbt Core renders an undefined name to a value that then is no number and no word, and no JSON
        return errors.UndefinedName.fusion_code, "TypeError" if is_code(file) else "InvalidFieldValue"
    error = getattr(errors, kind, errors.JinjaError)
    return error.fusion_code, error.core_name


def _hint(jinja: str) -> str:
    call = _WITHOUT_DEFAULT.search(jinja)
    return "" if call is None else f"give a default: `{call[1]}({call[2]}, {_DEFAULTS[call[1]]})`"
