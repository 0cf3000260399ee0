"""SA413: two files define a model of the same name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import engine_codes
from stateaware.rules.switched_off import may_be_off
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION = "dbt1005"
CORE = "DuplicateResourceNameError"
_START = Span.at(1, 1)


class DuplicateModel(Rule):
    """Two files define a model of the same name.

    ## What it does
    Reports a second model file with the same name in another folder of the same project.

    ## Why it matters
    dbt stops: names of models are unique in a project, whatever folder they are in. Which of the files
    a freshness in a properties file is meant for cannot be told either.

    ## Example
    ```text
    models/staging/orders.sql
    models/marts/orders.sql
    ```

    ## How to fix
    Rename one of them.

    ## Engines
    All: dbt v2 stops with dbt1005, dbt Core with DuplicateResourceNameError. Both allow it where all but
    one are disabled; so nothing is said where an `enabled` may switch one of them off.
    """

    code = "SA413"
    name = "duplicate-model"
    group = "places"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """The project, and every later file of the same name."""
        yield Subject(Place(project.project_file.file, _START), "models")
        for first, second in project.graph.duplicate_models:
            if second.package.is_root:
                place = Place(second.file.file, _START)
                yield Subject(place, second.name, first.unique_id, (first, second))

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each later file."""
        if not isinstance(subject.data, tuple):
            return
        first, second = subject.data
        if may_be_off(first, project) or may_be_off(second, project):
            return
        yield Finding(
            code=self.code,
            severity="error",
            message=f"model `{subject.label}` has two files, and a model's name must be unique in a project",
            place=subject.place,
            node=subject.node,
            hint="rename one of them",
            related=(Related(Place(first.file.file, _START), "the other file"),),
            notes=on_engines(project, f"stops here ({FUSION})", f"stops here ({CORE})"),
            engine_codes=engine_codes(project, FUSION, CORE),
        )
