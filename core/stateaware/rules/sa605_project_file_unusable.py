"""SA605: something at the top of dbt_project.yml makes it unusable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place
from stateaware.project.project_file import ProjectFile
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import BAD_VALUE, engine_codes, severity
from stateaware.rules.sa601_yaml_syntax import unreadable
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Mapping, Scalar, Sequence
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

CONTRACT: Final = "ProjectContractError"
TREES: Final = (
    "models",
    "sources",
    "seeds",
    "snapshots",
    "tests",
    "data_tests",
    "exposures",
    "unit_tests",
    "metrics",
    "semantic-models",
    "saved-queries",
)
PATHS: Final = (
    "model-paths",
    "seed-paths",
    "snapshot-paths",
    "analysis-paths",
    "macro-paths",
    "test-paths",
)
RENAMED: Final = {"data-paths": "seed-paths", "source-paths": "model-paths"}
OLD_NAMES: Final = {"data-paths": "ConfigDataPathDeprecation", "source-paths": "ConfigSourcePathDeprecation"}
_IDENTIFIER: Final = re.compile(r"[^\d\W]\w*\Z")
_START: Final = Span.at(1, 1)


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong, and each engine's code for it; empty where it has nothing against it."""

    message: str
    span: Span
    fusion: str = BAD_VALUE
    core: str = CONTRACT
    core_stops: bool = True


class ProjectFileUnusable(Rule):
    """A name, a tree or a list of paths at the top of dbt_project.yml has the wrong shape.

    ## What it does
    Reports a missing or wrong `name`, `models:` and other trees that are no map, `model-paths` and the like
    that are no list, and the old names of paths.

    ## Why it matters
    dbt stops. Without a name no path under `models:` can match anything.

    ## Example
    ```yaml
    name: jaffle_shop
    models: table
    ```

    ## How to fix
    ```yaml
    name: jaffle_shop
    models:
      +materialized: table
    ```

    ## Engines
    dbt v2: dbt1013, for blanks in the name dbt1159, for `data-paths` and `source-paths` dbt1005. dbt Core:
    ProjectContractError, for a missing name DbtProjectError; it also refuses a hyphen in the name, and it
    still reads the old names of paths.
    """

    code = "SA605"
    name = "project-file-unusable"
    group = "syntax"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """dbt_project.yml, and each thing of the wrong shape in it."""
        project_file = project.project_file
        if project_file.encoding_problem:
            return
        found = list(_problems(project_file))
        for problem in found:
            yield Subject(Place(project_file.file, problem.span), "dbt_project", None, problem)
        if not found:
            yield Subject(Place(project_file.file, _START), "dbt_project")

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each."""
        problem = subject.data
        if not isinstance(problem, _Problem):
            return
        fusion = f"stops here ({problem.fusion})" if problem.fusion else ""
        core = f"{'stops here' if problem.core_stops else 'warns'} ({problem.core})" if problem.core else ""
        notes = on_engines(project, fusion, core)
        if notes:
            yield Finding(
                code=self.code,
                severity=severity(
                    project,
                    "error" if problem.fusion and problem.core and problem.core_stops else "warning",
                    "error" if problem.fusion else "warning",
                    "error" if problem.core and problem.core_stops else "warning",
                ),
                message=problem.message,
                place=subject.place,
                notes=notes,
                engine_codes=engine_codes(project, problem.fusion, problem.core),
            )


def _problems(project_file: ProjectFile) -> Iterator[_Problem]:
    if unreadable(project_file.document) is not None:
        return
    name = project_file.tree.get("name")
    if name is None:
        yield _Problem("dbt_project.yml has no `name`", _START, core="DbtProjectError")
    else:
        yield from _name(name)
    for key in TREES:
        entry = project_file.tree.get(key)
        if entry is not None and not isinstance(entry.value, Mapping) and not _is_null(entry):
            yield _Problem(f"`{key}` must be a map", entry.value.span)
    for key in PATHS:
        entry = project_file.tree.get(key)
        if entry is not None and not isinstance(entry.value, Sequence) and not _is_null(entry):
            yield _Problem(f"`{key}` must be a list of folders", entry.value.span)
    for key, newer in RENAMED.items():
        entry = project_file.tree.get(key)
        if entry is not None:
            yield _Problem(
                f"`{key}` is called `{newer}` now", entry.key.span, "dbt1005", OLD_NAMES[key], False
            )


def _name(entry: Entry) -> Iterator[_Problem]:
    value = scalar_value(entry.value, "1.2") if isinstance(entry.value, Scalar) else entry.value
    if not isinstance(value, str):
        yield _Problem("the project's `name` must be text", entry.value.span)
    elif any(letter.isspace() for letter in value):
        yield _Problem("the project's `name` has a blank in it", entry.value.span, "dbt1159")
    elif not _IDENTIFIER.match(value):
        message = "dbt Core wants letters, digits and underscores only in the project's `name`"
        yield _Problem(message, entry.value.span, "")


def _is_null(entry: Entry) -> bool:
    return isinstance(entry.value, Scalar) and scalar_value(entry.value, "1.2") is None
