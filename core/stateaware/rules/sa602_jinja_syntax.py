"""SA602: the Jinja of a model's file cannot be read, so neither can its config()."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import engine_codes
from stateaware.syntax.sql import SqlProblem
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION: Final = "dbt1502"
CORE: Final = "CompilationError"
_START: Final = Span.at(1, 1)


class JinjaSyntax(Rule):
    """The Jinja of a model's SQL file, or a Python model, has a syntax error.

    ## What it does
    Reports tags and blocks that are not closed, expressions that cannot be read and statements that dbt
    does not know, in files that mention freshness or state.

    ## Why it matters
    dbt v2 leaves the model out of its manifest, dbt Core stops. What the file's `config()` sets is not
    known.

    ## Example
    ```sql
    {{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}) }}
    ```

    ## How to fix
    Close the bracket, quote or block that is named.

    ## Engines
    dbt v2: dbt1502, in Python dbt1000. dbt Core: CompilationError, in Python PythonParsingError.
    """

    code = "SA602"
    name = "jinja-syntax"
    group = "syntax"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every model file that was read for its config."""
        for unique_id, model in project.models.items():
            if not model.package.is_root or model.code.quiet:
                continue
            problem = model.facts.problem
            if problem is None or problem.kind == "syntax":
                place = Place(model.file.file, _START if problem is None else problem.span)
                yield Subject(place, model.name, unique_id, problem)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a file that cannot be read."""
        problem = subject.data
        if not isinstance(problem, SqlProblem):
            return
        python = subject.place.file.endswith(".py")
        fusion, core = ("dbt1000", "PythonParsingError") if python else (FUSION, CORE)
        message = f"dbt cannot read the {'Python' if python else 'Jinja'} of this file: {problem.message}"
        yield Finding(
            code=self.code,
            severity="error",
            message=message,
            place=subject.place,
            node=subject.node,
            notes=on_engines(
                project, f"leaves the model out of its manifest ({fusion})", f"stops here ({core})"
            ),
            engine_codes=engine_codes(project, fusion, core),
        )
