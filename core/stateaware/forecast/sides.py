"""A project beside another state of it, both over the same builds and the same new data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from stateaware.errors import UsageError
from stateaware.forecast.basis import Basis, origin_basis, with_artifacts, with_statements
from stateaware.forecast.difference import recoded_models
from stateaware.forecast.known import Given
from stateaware.forecast.origin import FilesOrigin
from stateaware.forecast.revision import project_at
from stateaware.plan.assumed import parse_statement, parse_target
from stateaware.plan.lineage import Lineage
from stateaware.records import dataclass, replace
from stateaware.workspace import Project, load_project, require_readable


@dataclass(frozen=True, slots=True)
class Sides:
    """Two states of a project: where each comes from, and what is known of it.

    ``recoded`` are the unique_ids of models whose code is another.
    """

    before: Project
    after: Project
    was: Basis
    now: Basis
    recoded: tuple[str, ...]


class _Base(FilesOrigin):
    """The files of the base, with the artifacts of the working tree."""

    def __init__(self, base: Project, project: Project) -> None:
        super().__init__(base)
        self._artifacts = FilesOrigin(project).target

    @property
    def target(self) -> Path | None:
        return self._artifacts


@contextmanager
def sides_of(
    project: Project,
    base: str,
    now: Basis,
    given: Given,
    at: datetime,
    statements: Iterable[str] = (),
    changed: Iterable[str] = (),
) -> Iterator[Sides]:
    """The project beside a git revision or a folder, for as long as that is there.

    Where the code of the last builds is known, each side is compared with it; else the builds are taken to
    be of the base, and other code counts as changed. Statements about nodes that the base does not have say
    nothing of it.

    Raises:
        UsageError: there is no such base.
        ProjectUnreadable: its dbt_project.yml cannot be read.
    """
    local = [one.root for one in project.inputs.packages if not one.is_root]
    installed = project.project_file.install_path
    with project_at(project.root, base, also=local, installed=installed) as folder:
        before = require_readable(load_project(folder, project.options))
        origin = _Base(before, project)
        was = with_artifacts(origin_basis(origin, at), origin, given, at)
        said = [text for text in statements if _is_about(text, was.lineage, at)]
        was = with_statements(was, said, [text for text in changed if _has(text, was.lineage)], at)
        recoded = recoded_models(before, project)
        told = [one for one in recoded if one not in now.present.code]
        present = replace(now.present, changed=now.present.changed.union(told))
        yield Sides(before, project, was, replace(now, present=present), recoded)


def _is_about(text: str, lineage: Lineage, at: datetime) -> bool:
    try:
        return bool(parse_statement(text, at).target.find(lineage))
    except UsageError:
        return False


def _has(text: str, lineage: Lineage) -> bool:
    try:
        return bool(parse_target(text).find(lineage))
    except UsageError:
        return False
