"""SA108: updates_on is neither any nor all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.values import typed
from stateaware.findings import Finding, Fix, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.edits import replace_word
from stateaware.rules.faults import Fault, codes, faults, jinja_of, severity_of
from stateaware.rules.shown import instead
from stateaware.rules.words import updates_on_meant

if TYPE_CHECKING:
    from stateaware.workspace import Project


class UpdatesOnWord(Rule):
    """An `updates_on` is neither `any` nor `all`.

    ## What it does
    Reports other words, other letter case (`ANY`), and values that are no words.

    ## Why it matters
    `updates_on` says how many of the parents must have new data before the model builds: `any` (the
    default) or `all`. It takes no list of parents. dbt v2 and dbt Core stop at anything else.

    ## Example
    ```yaml
    build_after: {count: 4, period: hour, updates_on: ALL}
    ```

    ## How to fix
    `updates_on: all`.

    ## Engines
    dbt v2: dbt1013 (dbt1501 in SQL, dbt1000 in Python). dbt Core 1.11: InvalidFieldValue, also for a
    written `null` (SA302).
    """

    code = "SA108"
    name = "updates-on-word"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting with a block of count and period."""
        return blocks_of(project).with_interval

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each wrong word."""
        block = block_of(subject)
        return [
            _finding(fault, block, subject, project)
            for fault in faults(project, block)
            if fault.key == "updates_on"
            and fault.problem.kind == "variant"
            and fault.problem.value is not None
        ]


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    problem = fault.problem
    value = typed(problem.node)
    jinja = jinja_of(block.written, problem.path)
    meant = updates_on_meant(value)
    fix: Fix | None = None
    if meant is not None and isinstance(value, str):
        fix = replace_word(
            project, subject.place.file, problem.span, value, meant, f"Write `updates_on: {meant}`"
        )
    return Finding(
        code=UpdatesOnWord.code,
        severity=severity_of(project, block.written, fault),
        message=f"updates_on must be any or all; {instead(value, jinja, 'neither')}",
        place=Place(subject.place.file, problem.span),
        node=subject.node,
        hint=f"write `{meant}`" if meant is not None else "write `any` or `all`",
        notes=refusal(project, block.written, fault),
        fixes=(fix,) if fix is not None else (),
        engine_codes=codes(project, block.written, fault),
    )
