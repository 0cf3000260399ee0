"""The findings of a run in the order in which every format gives them, and their addresses."""

from __future__ import annotations

import posixpath

from stateaware.check.result import CheckResult, ProjectResult
from stateaware.findings import Finding, Place
from stateaware.records import dataclass
from stateaware.text import Span

WHOLE_FILE = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding with the project it was found in."""

    finding: Finding
    project: ProjectResult

    @property
    def span(self) -> Span:
        """Where it points; line 1, column 1 when it means the whole file."""
        return span_of(self.finding.place)


def span_of(place: Place) -> Span:
    """The place's span, or the empty one at line 1, column 1 that stands for the whole file."""
    return place.span or WHOLE_FILE


def list_findings(result: CheckResult) -> list[Listed]:
    """Every finding, suppressed ones too: project by project, file by file, from top to bottom."""
    return [
        Listed(finding, project)
        for project in result.projects
        for finding in sorted(
            project.findings,
            key=lambda found: (found.place.file, span_of(found.place), found.code, found.message),
        )
    ]


def list_counted(result: CheckResult) -> list[Listed]:
    """The findings that count: those that are not suppressed."""
    return [listed for listed in list_findings(result) if listed.finding.suppressed is None]


def path_in_repository(project: ProjectResult, file: str) -> str:
    """A project's file relative to the repository; it starts with ``../`` when it lies outside."""
    return posixpath.normpath(posixpath.join(project.folder, file))


def path_in_run(result: CheckResult, project: ProjectResult, file: str) -> str:
    """A file as people see it: relative to its project, or to the repository where a run has several."""
    return path_in_repository(project, file) if len(result.projects) > 1 else file


def describe(finding: Finding) -> str:
    """The finding in one sentence: its message, with the hint in brackets."""
    return f"{finding.message} ({finding.hint})" if finding.hint else finding.message


def explain(listed: Listed) -> list[str]:
    """What follows the sentence where no source can be shown: each note, each related place."""
    related = [
        f"{path_in_repository(listed.project, one.place.file)}:{span_of(one.place).line}  {one.message}"
        for one in listed.finding.related
    ]
    return [*listed.finding.notes, *related]


def has_safe_fix(finding: Finding) -> bool:
    """Whether ``--fix`` alone does something about it."""
    return finding.settled_fix(lambda fix: fix.safe) is not None
