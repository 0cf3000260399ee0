"""SA601: a YAML file is no single YAML document that dbt can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place
from stateaware.project.project_file import PROJECT_FILE
from stateaware.rules.base import Rule, Subject
from stateaware.rules.consequences import matters
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import BAD_VALUE, engine_codes, severity
from stateaware.syntax.tree import Mapping, Scalar
from stateaware.syntax.yaml import YamlDocument, YamlProblem
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

CORE: Final = "YamlLoadError"
CORE_PROJECT: Final = "DbtValidationError"
_START: Final = Span.at(1, 1)


class YamlSyntax(Rule):
    """A properties file or dbt_project.yml is not a YAML document that dbt can read.

    ## What it does
    Reports YAML syntax errors, tabs as indentation, a second document in one file, an alias without its
    anchor, a file whose top is no map, and tags that dbt Core does not know.

    ## Why it matters
    Nothing in such a file is in force. dbt v2 goes on without it; for dbt_project.yml it stops, and dbt
    Core stops in any case.

    ## Example
    ```yaml
    models:
      - name: orders
        config: {freshness: {build_after: {count: 4, period: hour}}
    ```

    ## How to fix
    Close what is open, indent with blanks, keep one document in one file.

    ## Engines
    All. dbt v2: dbt1013. dbt Core: YamlLoadError, for dbt_project.yml DbtValidationError. An unknown tag
    stops dbt Core only.
    """

    code = "SA601"
    name = "yaml-syntax"
    group = "syntax"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every YAML file that was read."""
        project_file = project.project_file
        if not project_file.encoding_problem:
            yield _subject(project_file.file, project_file.document)
        for facts in project.properties:
            if facts.package.is_root and not facts.skipped and not facts.unreadable:
                yield _subject(facts.file.file, facts.document)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a file that cannot be read, one for each tag that dbt Core does not know."""
        document = subject.data
        if not isinstance(document, YamlDocument):
            return
        problem = unreadable(document)
        if problem is not None:
            yield self._unreadable(subject.place.file, problem, project)
        elif matters(project, "core"):
            yield from self._tags(subject.place.file, document, project)

    def _unreadable(self, file: str, problem: YamlProblem, project: Project) -> Finding:
        core = CORE_PROJECT if file == PROJECT_FILE else CORE
        lost = "stops here" if file == PROJECT_FILE else "goes on without the file"
        return Finding(
            code=self.code,
            severity="error",
            message=f"dbt cannot read this file: {problem.message}",
            place=Place(file, problem.span),
            notes=on_engines(project, f"{lost} (dbt1013)", f"stops here ({core})"),
            engine_codes=engine_codes(project, BAD_VALUE, core),
        )

    def _tags(self, file: str, document: YamlDocument, project: Project) -> Iterator[Finding]:
        for tag, span in document.unknown_tags:
            yield Finding(
                code=self.code,
                severity=severity(project, "warning", "warning", "error"),
                message=f"dbt Core does not know the YAML tag `{tag}`, and stops",
                place=Place(file, span),
                hint="remove the tag",
                engine_codes=engine_codes(project, "", CORE),
            )


def _subject(file: str, document: YamlDocument) -> Subject:
    problem = unreadable(document)
    return Subject(Place(file, problem.span if problem else _START), "file", None, document)


def unreadable(document: YamlDocument) -> YamlProblem | None:
    """Why a document is of no use: it cannot be read, or its top is no map (a lone null is an empty file)."""
    if document.problem is not None:
        return document.problem
    root = document.root
    if root is None or isinstance(root, Mapping):
        return None
    if isinstance(root, Scalar) and root.style == "plain" and root.text in ("", "~", "null"):
        return None
    return YamlProblem("syntax", "its top must be a map", root.span)
