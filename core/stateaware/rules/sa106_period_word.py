"""SA106: a period is none of dbt's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.values import typed
from stateaware.findings import Edit, Finding, Fix, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.edits import replace_value, replace_word
from stateaware.rules.faults import Fault, codes, faults, jinja_of, severity_of
from stateaware.rules.intervals import Interval
from stateaware.rules.shown import instead
from stateaware.rules.words import is_longer, period_meant
from stateaware.syntax.tree import Scalar

if TYPE_CHECKING:
    from stateaware.workspace import Project


class PeriodWord(Rule):
    """A `period` is not `minute`, `hour` or `day`.

    ## What it does
    Reports plurals (`hours`), abbreviations (`hrs`), other letter case (`Hour`), longer periods (`week`,
    `month`), blanks inside quotes, and values that are no words, and names the word that was meant.

    ## Why it matters
    The word must match exactly. dbt v2 and dbt Core both stop at any other.

    ## Example
    ```yaml
    build_after: {count: 4, period: hours}
    ```

    ## How to fix
    `build_after: {count: 4, period: hour}`. A week is `{count: 7, period: day}`; there is no month.

    ## Engines
    dbt v2: dbt1013 (dbt1501 in SQL, dbt1000 in Python). dbt Core 1.11: InvalidFieldValue. `second` is
    SA107, since dbt v2 takes it.
    """

    code = "SA106"
    name = "period-word"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting with a block of count and period."""
        return blocks_of(project).with_interval

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each wrong period."""
        block = block_of(subject)
        return [
            _finding(fault, block, subject, project)
            for fault in faults(project, block)
            if fault.key == "period" and fault.problem.kind == "variant" and fault.problem.value != "second"
        ]


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    problem = fault.problem
    value = typed(problem.node)
    jinja = jinja_of(block.written, problem.path)
    interval = next((i for i in block.intervals if i.name in problem.path), None)
    fix = _fix(value, fault, interval, subject, project)
    return Finding(
        code=PeriodWord.code,
        severity=severity_of(project, block.written, fault),
        message=f"period must be minute, hour or day; {instead(value, jinja, 'none of them')}",
        place=Place(subject.place.file, problem.span),
        node=subject.node,
        hint=_hint(value),
        notes=refusal(project, block.written, fault),
        fixes=(fix,) if fix is not None else (),
        engine_codes=codes(project, block.written, fault),
    )


def _word(value: object) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) else ""


def _hint(value: object) -> str:
    word = _word(value)
    meant = period_meant(word)
    if meant is None:
        return "dbt has no longer period than `day`" if is_longer(word) else "write `minute`, `hour` or `day`"
    times, period = meant
    if times != 1:
        return f"write days: a week is `{{count: {times}, period: {period}}}`"
    return "the shortest period is `minute`" if period == "second" else f"write `{period}`"


def _fix(
    value: object, fault: Fault, interval: Interval | None, subject: Subject, project: Project
) -> Fix | None:
    meant = period_meant(_word(value))
    if meant is None or meant[1] == "second" or not isinstance(value, str):
        return None
    times, period = meant
    file, span = subject.place.file, fault.problem.span
    word = replace_word(project, file, span, value, period, f"Write `period: {period}`")
    if times == 1 or word is None:
        return word
    return _in_days(word, times, interval, subject, project)


def _in_days(
    word: Fix, times: int, interval: Interval | None, subject: Subject, project: Project
) -> Fix | None:
    """Weeks become days, where the count is a plain number."""
    node = interval.count_node if interval is not None else None
    if not isinstance(node, Scalar) or type(node.native) is not int:
        return None
    count = node.native * times
    number = replace_value(project, subject.place.file, node.span, node.native, str(count), "")
    if number is None:
        return None
    edits: tuple[Edit, ...] = (*number.edits, *word.edits)
    return Fix(f"Write `count: {count}` and `period: day`", edits)
