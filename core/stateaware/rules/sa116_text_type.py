"""SA116: loaded_at_field, loaded_at_query or filter is no text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.config.values import typed
from stateaware.findings import Finding, Fix, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.edits import replace_value
from stateaware.rules.faults import Fault, codes, faults, jinja_of, severity_of
from stateaware.rules.shown import instead

if TYPE_CHECKING:
    from stateaware.workspace import Project

_WHAT: Final = {
    "loaded_at_field": "a column or SQL expression",
    "loaded_at_query": "a SQL query",
    "filter": "a SQL condition",
}


class TextType(Rule):
    """A `loaded_at_field`, `loaded_at_query` or `filter` is no text.

    ## What it does
    Reports numbers, truth values, lists and maps where SQL text belongs.

    ## Why it matters
    dbt stops at them. A single column in a list (`[_loaded_at]`) is the usual slip.

    ## Example
    ```yaml
    loaded_at_field: [_loaded_at]
    ```

    ## How to fix
    `loaded_at_field: _loaded_at`; put quotes around text that YAML takes for a number or a truth value.

    ## Engines
    dbt v2: dbt1013. dbt Core 1.11: ValidationError; it turns a `filter` of any kind into text.
    """

    code = "SA116"
    name = "text-type"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting of a source."""
        return blocks_of(project).sources

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each value that is no text."""
        block = block_of(subject)
        return [
            _finding(fault, block, subject, project)
            for fault in faults(project, block)
            if fault.key in _WHAT and fault.problem.kind == "type"
        ]


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    value = typed(fault.problem.node)
    only = value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) else None
    jinja = jinja_of(block.written, fault.problem.path)
    fix = _fix(fault, value, subject, project)
    return Finding(
        code=TextType.code,
        severity=severity_of(project, block.written, fault),
        message=f"{fault.key} must be text, {_WHAT[fault.key]}; {instead(value, jinja, 'none')}",
        place=Place(subject.place.file, fault.problem.span),
        node=subject.node,
        hint=f"write `{only}`" if only is not None else "put it in quotes" if fix is not None else "",
        notes=refusal(project, block.written, fault),
        fixes=(fix,) if fix is not None else (),
        engine_codes=codes(project, block.written, fault, "ValidationError"),
    )


def _fix(fault: Fault, value: object, subject: Subject, project: Project) -> Fix | None:
    if not isinstance(value, (bool, int, float)) or fault.key != "filter":
        return None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return replace_value(
        project, subject.place.file, fault.problem.span, text, f'"{text}"', "Put it in quotes"
    )
