"""SA409: a key is written twice in one map, so that the first one is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stateaware.findings import Edit, Finding, Fix, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import engine_codes, severity
from stateaware.syntax.yaml import DuplicateKey, YamlDocument
from stateaware.text.source import LineIndex, line_index
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION = "dbt1059"
CORE = "DuplicateYAMLKeysDeprecation"
_START = Span.at(1, 1)


class DuplicateKeyRule(Rule):
    """A key is written twice in one map; the last one wins, and the first is lost.

    ## What it does
    Reports repeated keys in dbt_project.yml and in properties files.

    ## Why it matters
    Only the last of the values is read. A second `config:` in a model's entry takes away everything that
    the first one set, a second `models:` takes away all models above it.

    ## Example
    ```yaml
    models:
      - name: orders
        config:
          freshness:
            build_after: {count: 4, period: hour}
        config:
          materialized: table
    ```

    ## How to fix
    Put both values under one key, or remove the one that is not wanted. Where both lines say the same, the
    first can be removed safely; otherwise only you can tell which of the values is meant.

    ## Engines
    All. dbt v2 reports an error (dbt1059), in dbt_project.yml it stops; dbt Core warns
    (DuplicateYAMLKeysDeprecation) and will refuse it one day.
    """

    code = "SA409"
    name = "duplicate-key"
    group = "places"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every YAML file, and every repeated key in one."""
        yield from _of(project.project_file.file, project.project_file.document)
        for facts in project.properties:
            if facts.package.is_root and facts.tree is not None:
                yield from _of(facts.file.file, facts.document)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each later key."""
        found = subject.data
        if not isinstance(found, DuplicateKey):
            return
        fixes = _fixes(found, subject.place.file, project)
        yield Finding(
            code=self.code,
            severity=severity(project, "error", "error", "warning"),
            message=f"`{found.second.text}` is written twice here, and only the last one counts",
            place=subject.place,
            hint="remove one of them" if fixes else "put both under one key",
            related=(Related(Place(subject.place.file, found.first.span), "the first one, which is lost"),),
            notes=on_engines(project, "reports an error (dbt1059)", "warns (DuplicateYAMLKeysDeprecation)"),
            fixes=fixes,
            engine_codes=engine_codes(project, FUSION, CORE),
        )


def _of(file: str, document: YamlDocument) -> Iterator[Subject]:
    for found in document.duplicates:
        yield Subject(Place(file, found.second.span), _label(found), None, found)
    if not document.duplicates:
        yield Subject(Place(file, _START), "file")


def _label(found: DuplicateKey) -> str:
    return ".".join(part for part in found.path if not part.startswith("[")) or found.second.text


def _fixes(found: DuplicateKey, file: str, project: Project) -> tuple[Fix, ...]:
    """Take the first of two equal lines away, where both hold the whole value."""
    text = project.text(file)
    first, second = found.first.span, found.second.span
    if text is None or first.line == second.line or first.column != second.column:
        return ()
    index = line_index(text)
    one, other = index.line_text(first.line), index.line_text(second.line)
    if one != other or one[: first.column - 1].strip() or not _is_whole(one):
        return ()
    if not (_ends(index, first.line, first.column) and _ends(index, second.line, second.column)):
        return ()
    line = Span(first.line, 1, first.line + 1, 1)
    return (Fix(f"Remove the first `{found.first.text}`", (Edit(file, line, ""),)),)


def _is_whole(line: str) -> bool:
    """Whether nothing on a line goes on below it, and nothing below refers to it."""
    closed = all(line.count(left) == line.count(right) for left, right in ("{}", "[]"))
    return closed and not line.count("'") % 2 and not line.count('"') % 2 and "&" not in line


def _ends(index: LineIndex, line: int, column: int) -> bool:
    """Whether the value of a key is on its line: what follows is a key beside it, or stands further left."""
    for after in range(line + 1, len(index) + 1):
        text = index.line_text(after)
        if text.strip():
            indent = len(text) - len(text.lstrip())
            return indent < column - 1 or (indent == column - 1 and not text.lstrip().startswith("-"))
    return True
