"""SA603: a file cannot be read from disk or is not UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import engine_codes
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION: Final = "dbt1001"
CORE: Final = "UnicodeDecodeError"
_START: Final = Span.at(1, 1)


class UnreadableFile(Rule):
    """A properties file, a model file or dbt_project.yml cannot be read, or is not UTF-8.

    ## What it does
    Reports files that cannot be opened, that are larger than stateaware reads, and files in another
    encoding than UTF-8.

    ## Why it matters
    What they set is not known. dbt reads UTF-8 only and stops at anything else.

    ## Example
    A properties file saved as UTF-16 or Latin-1, as some editors on Windows do:
    ```text
    models/schema.yml: Little-endian UTF-16 Unicode text
    ```

    ## How to fix
    Save it as UTF-8, or give the right to read it.

    ## Engines
    All: dbt v2 stops with dbt1001. A file that is only too large for stateaware is a warning.
    """

    code = "SA603"
    name = "unreadable-file"
    group = "syntax"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every file that was read, or should have been, for what it sets."""
        problem = project.project_file.encoding_problem
        yield Subject(Place(project.project_file.file, _START), "file", None, problem)
        for facts in project.properties:
            if facts.package.is_root:
                yield Subject(Place(facts.file.file, _START), "file", None, facts.unreadable)
        yield from _models(project)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a file that cannot be read."""
        reason = subject.data
        if not isinstance(reason, str) or not reason:
            return
        ours = reason.startswith("too big")
        yield Finding(
            code=self.code,
            severity="warning" if ours else "error",
            message=f"this file cannot be read: {reason}",
            place=subject.place,
            node=subject.node,
            hint="save it as UTF-8" if "UTF-8" in reason else "",
            engine_codes=() if ours else engine_codes(project, FUSION, CORE),
        )


def _models(project: Project) -> Iterator[Subject]:
    for unique_id, model in project.models.items():
        code = model.code
        if (code.quiet and not code.unreadable) or not model.package.is_root:
            continue
        place, reason = Place(model.file.file, _START), code.unreadable
        problem = None if code.quiet else code.facts.problem
        if problem is not None and problem.kind == "encoding":
            place, reason = Place(model.file.file, problem.span), f"not UTF-8 ({problem.message})"
        yield Subject(place, model.name, unique_id, reason)
