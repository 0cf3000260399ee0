"""Finds what stands at a place of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stateaware.locate.code import code_targets
from stateaware.locate.project_file import project_targets
from stateaware.locate.properties import properties_targets
from stateaware.locate.target import Target
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


def outline(project: Project, file: str) -> tuple[Target, ...]:
    """All that can be pointed at in a project-relative file; nothing for a file that is not read.

    No node is resolved for it. A file that cannot be read as what it is gives nothing.
    """
    return tuple(_targets(project, file))


def _targets(project: Project, file: str) -> Iterator[Target]:
    if file == project.project_file.file:
        yield from project_targets(project)
        return
    code = project.inputs.code.get(os.path.normpath(os.path.join(project.root, file)))  # noqa: PTH118
    if code is not None:
        yield from code_targets(code)
    for facts in project.inputs.properties:
        if facts.file.file == file:
            yield from properties_targets(project, facts)


def locate(project: Project, file: str, line: int, column: int) -> Target | None:
    """What stands at a 1-based line and column of a project-relative file; None for what is not ours.

    The end of a word belongs to it, since a cursor may stand there.
    """
    best: Target | None = None
    for top in outline(project, file):
        for target in top.walk():
            if target.span.contains(line, column) and (best is None or _size(target.span) < _size(best.span)):
                best = target
    return best


def _size(span: Span) -> tuple[int, int]:
    return span.end_line - span.line, span.end_column - span.column
