"""SA414: a folder's key in dbt_project.yml is read as a number, a truth value or a date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.findings import Edit, Finding, Fix, Place, Severity
from stateaware.rules.base import Rule, Subject
from stateaware.rules.consequences import matters
from stateaware.rules.engines import BAD_VALUE, engine_codes, severity
from stateaware.rules.sa605_project_file_unusable import TREES
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping, Scalar

if TYPE_CHECKING:
    from stateaware.workspace import Project

CORE: Final = "AttributeError"
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z")


class KeyIsNoText(Rule):
    """A key below `models:` in dbt_project.yml is no text to YAML: a number, `on`, `yes`, a date.

    ## What it does
    Reports keys in the trees of dbt_project.yml that YAML reads as something else than text.

    ## Why it matters
    `2024:` is the number 2024 and matches no folder. dbt v2 reports an error and drops the map around it;
    dbt Core crashes, also at `on:`, `no:` and dates, which YAML 1.1 does not read as text.

    ## Example
    ```yaml
    models:
      jaffle_shop:
        2024:
          +freshness: {build_after: {count: 1, period: day}}
    ```

    ## How to fix
    Put quotes around it: `'2024':`.

    ## Engines
    dbt v2: dbt1013 for numbers, `true`, `false` and nulls. dbt Core: AttributeError for all of them.
    """

    code = "SA414"
    name = "key-is-no-text"
    group = "places"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every key of a tree."""
        for tree in TREES:
            node = project.project_file.mapping(tree)
            if node is not None:
                for key, path in _keys(node, (tree,)):
                    yield Subject(Place(project.project_file.file, key.span), ".".join(path), None, key)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a key that is no text."""
        key = subject.data
        if not isinstance(key, Scalar):
            return
        fusion = not isinstance(scalar_value(key, "1.2"), str)
        core = not isinstance(scalar_value(key, "1.1"), str) or _DATE.match(key.text) is not None
        if key.style != "plain" or not (fusion or (core and matters(project, "core"))):
            return
        both = "no engine reads" if fusion and core else "dbt Core does not read"
        strict: Severity = "error" if fusion else "warning"
        yield Finding(
            code=self.code,
            severity=severity(project, strict, strict, "error" if core else "warning"),
            message=f"{both} the key `{key.text}` as text, so it matches no folder",
            place=subject.place,
            hint=f"write `'{key.text}'`",
            notes=("dbt Core stops here with an AttributeError that names no place",) if core else (),
            fixes=(Fix(f"Write `'{key.text}'`", (Edit(subject.place.file, key.span, f"'{key.text}'"),)),)
            if key.text
            else (),
            engine_codes=engine_codes(project, BAD_VALUE if fusion else "", CORE if core else ""),
        )


def _keys(node: Mapping, path: tuple[str, ...]) -> Iterator[tuple[Scalar, tuple[str, ...]]]:
    for entry in node.entries:
        if entry.key.text.startswith("+"):
            continue
        here = (*path, entry.key.text)
        yield entry.key, here
        if isinstance(entry.value, Mapping):
            yield from _keys(entry.value, here)
