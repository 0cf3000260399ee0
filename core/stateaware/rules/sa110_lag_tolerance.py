"""SA110: a lag_tolerance is no duration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.config.durations import parse_duration
from stateaware.config.values import typed
from stateaware.findings import Finding, Fix, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.edits import replace_word
from stateaware.rules.faults import Fault, codes, faults, jinja_of, severity_of
from stateaware.rules.shown import instead
from stateaware.rules.words import in_words, interval_meant
from stateaware.syntax.tree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from stateaware.workspace import Project

_MONTHS: Final = re.compile(r"[0-9]\s*M(?![A-Za-z])")
"""A capital M is a month, which is easily meant as minutes."""


class LagTolerance(Rule):
    """A `lag_tolerance` is no duration that dbt v2 can read.

    ## What it does
    Reports texts that are no duration (`soon`, `4`, `PT1H`, `-1 day`), numbers without a unit, lists, and
    warns of `1M`, which is a month.

    ## Why it matters
    dbt v2 stops at them. A duration is a number and a unit: `30m`, `4 hours`, `1 day`, `2w`, also
    `1h 30m`. A map `{count: 4, period: hour}` works too.

    ## Example
    ```yaml
    state:
      lag_tolerance: 4
    ```

    ## How to fix
    `lag_tolerance: 4 hours`.

    ## Engines
    dbt v2: dbt1013 (dbt1501 in SQL). dbt Core 1.11 does not know `state` and keeps anything, so a warning.
    """

    code = "SA110"
    name = "lag-tolerance"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `state` with a `lag_tolerance`."""
        return [subject for subject in blocks_of(project).states if _value(subject) is not None]

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where the value is no duration, or counts months."""
        block = block_of(subject)
        for fault in faults(project, block):
            if fault.problem.path == ("state", "lag_tolerance") and fault.problem.kind in (
                "type",
                "duration",
            ):
                yield _finding(fault, block, subject, project)
        node = _value(subject)
        text = node.native if isinstance(node, Scalar) else None
        if (
            node is not None
            and isinstance(text, str)
            and _MONTHS.search(text)
            and parse_duration(text) is not None
        ):
            yield _month(node, text, subject)


def _value(subject: Subject) -> Node | None:
    tree = block_of(subject).written.setting.block.tree
    return tree.value("lag_tolerance") if isinstance(tree, Mapping) else None


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    value = typed(fault.problem.node)
    meant = interval_meant(value)
    words = in_words(*meant) if meant is not None else None
    reason = instead(value, jinja_of(block.written, fault.problem.path), _why(value))
    fix = None if words is None else _fix(value, words, fault, subject, project)
    return Finding(
        code=LagTolerance.code,
        severity=severity_of(project, block.written, fault),
        message=f"lag_tolerance must be a number with a unit, like `4 hours`; {reason}",
        place=Place(subject.place.file, fault.problem.span),
        node=subject.node,
        hint=f"write `{words}`" if words is not None else _hint(value),
        notes=refusal(project, block.written, fault),
        fixes=(fix,) if fix is not None else (),
        engine_codes=codes(project, block.written, fault),
    )


def _bare_number(value: object) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _why(value: object) -> str:
    if _bare_number(value):
        return "without a unit"
    if isinstance(value, str) and value.strip().startswith("-"):
        return "negative"
    return "none"


def _hint(value: object) -> str:
    if _bare_number(value):
        text = str(value).strip()
        return f"write `{text} minutes` or `{text} hours`"
    return "write `30 minutes`, `4 hours` or `1 day`"


def _fix(value: object, words: str, fault: Fault, subject: Subject, project: Project) -> Fix | None:
    if not isinstance(value, str):
        return None
    return replace_word(project, subject.place.file, fault.problem.span, value, words)


def _month(node: Node, text: str, subject: Subject) -> Finding:
    return Finding(
        code=LagTolerance.code,
        severity="warning",
        message=f"`M` in `{text}` means months of 30.44 days; minutes are `m`",
        place=Place(subject.place.file, node.span),
        node=subject.node,
        hint=f"write `{_MONTHS.sub(lambda found: found[0].replace('M', 'm'), text)}` if minutes are meant",
    )
