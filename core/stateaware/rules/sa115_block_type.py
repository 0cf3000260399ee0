"""SA115: freshness, build_after, warn_after, error_after or state is no map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.config.values import typed
from stateaware.findings import Finding, Fix, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.edits import build_after, freshness, is_code, replace_value
from stateaware.rules.faults import Fault, codes, faults, jinja_of, severity_of
from stateaware.rules.shown import instead
from stateaware.rules.words import interval_meant

if TYPE_CHECKING:
    from stateaware.workspace import Project

_KEYS: Final[dict[str, str]] = {
    "freshness": "build_after",
    "build_after": "count and period",
    "warn_after": "count and period",
    "error_after": "count and period",
    "state": "lag_tolerance",
}


class BlockType(Rule):
    """A `freshness`, `build_after`, `warn_after`, `error_after` or `state` is no map.

    ## What it does
    Reports texts (`4 hours`), truth values, numbers and lists where a map of keys belongs, and writes the
    map that was meant where that is certain.

    ## Why it matters
    dbt v2 stops at them. dbt Core stops at a `build_after` or threshold, and ignores a model's `freshness`
    without a word, so that the inherited one stays in force.

    ## Example
    ```yaml
    freshness:
      build_after: 4 hours
    ```

    ## How to fix
    ```yaml
    freshness:
      build_after: {count: 4, period: hour}
    ```
    To switch an inherited `build_after` off: `build_after: {count: 0, period: minute}`.

    ## Engines
    dbt v2: dbt1013 (dbt1501 in SQL, dbt1000 in Python). dbt Core 1.11: InvalidFieldValue, or nothing.
    """

    code = "SA115"
    name = "block-type"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `freshness` and `state`."""
        return blocks_of(project).distinct_maps

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each value that is no map."""
        block = block_of(subject)
        return [
            _finding(fault, block, subject, project)
            for fault in faults(project, block)
            if fault.key in _KEYS and fault.problem.kind == "type" and fault.problem.value is not None
        ]


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    source = block.written.resource == "source"
    value = typed(fault.problem.node)
    jinja = jinja_of(block.written, fault.problem.path)
    new = _meant(fault.key, value, subject.place.file, source=source)
    fix = None if new is None else _fix(fault, value, new, subject, project)
    keys = "warn_after and error_after" if source and fault.key == "freshness" else _KEYS[fault.key]
    return Finding(
        code=BlockType.code,
        severity=severity_of(project, block.written, fault),
        message=f"{fault.key} must be a map with {keys}; {instead(value, jinja, 'none')}",
        place=Place(subject.place.file, fault.problem.span),
        node=subject.node,
        hint=f"write `{new}`" if new is not None else "",
        notes=refusal(project, block.written, fault, "ignores it, and what is inherited stays"),
        fixes=(fix,) if fix is not None else (),
        engine_codes=codes(project, block.written, fault),
    )


def _meant(key: str, value: object, file: str, *, source: bool) -> str | None:
    if key == "state":
        return None
    if value is False:
        if source:
            return ("none" if is_code(file) else "null") if key == "freshness" else None
        return freshness(file, 0, "minute") if key == "freshness" else build_after(file, 0, "minute")
    interval = interval_meant(value)
    if interval is None or (source and key == "freshness"):
        return None
    return freshness(file, *interval) if key == "freshness" else build_after(file, *interval)


def _fix(fault: Fault, value: object, new: str, subject: Subject, project: Project) -> Fix | None:
    if not isinstance(value, (str, bool)):
        return None
    return replace_value(project, subject.place.file, fault.problem.span, value, new, f"Write `{new}`")
