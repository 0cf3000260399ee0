"""What is known of a project for plans of it, and the plan of a run now: kept while nothing changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final
from weakref import ReferenceType, ref

from stateaware.artifacts.manifest import MANIFEST
from stateaware.artifacts.run_results import RUN_RESULTS
from stateaware.artifacts.sources import SOURCES
from stateaware.errors import StateawareError
from stateaware.forecast.basis import Basis, files_basis, make_plan, with_ages, with_known
from stateaware.forecast.known import NOTHING_GIVEN, Known, read_known
from stateaware.forecast.origin import FilesOrigin
from stateaware.plan.decision import Decision, Plan
from stateaware.plan.measured import How
from stateaware.plan.modes import DEFAULT_OPTIONS
from stateaware.workspace import Project, require_readable

Marks = tuple[tuple[int, int] | None, ...]
"""Time of change (nanoseconds) and size (bytes) of each artifact; None for one that is not there."""

_TELLING: Final = (RUN_RESULTS, SOURCES)
_ARTIFACTS: Final = (*_TELLING, MANIFEST)


class Forecast:
    """What is known of one project. Its methods read files and compute, and are for threads.

    What the artifacts of the target folder tell is read again when one of them is another, and everything
    that follows from the project's files when these are.
    """

    def __init__(self) -> None:
        self.plan: Plan | None = None
        """Of a run at its moment; None where nothing is known of earlier runs, or it cannot be read."""
        self._lock = Lock()
        self._project: ReferenceType[Project] | None = None
        self._marks: Marks | None = None
        self._ways: Mapping[str, How] = {}
        self._known: Known | StateawareError | None = None
        self._basis: Basis | None = None

    def basis(self, project: Project, at: datetime, proceed: Callable[[], object] = bool) -> Basis:
        """What a plan of the project at a moment stands on; ``proceed`` is called meanwhile, and may raise.

        Raises:
            StateawareError: dbt_project.yml or an artifact cannot be read.
        """
        require_readable(project)
        origin = FilesOrigin(project)
        with self._lock:
            known = self._read(origin)
            if self._basis is None or self._project is None or self._project() is not project:
                proceed()
                bare = files_basis(project)
                proceed()
                self._basis = with_known(bare, origin, known)
                self._project = ref(project)
            return with_ages(self._basis, origin, known, at)

    def _read(self, origin: FilesOrigin) -> Known:
        marks, ways = artifact_marks(origin.target), origin.ways()
        if self._marks != marks or self._ways != ways or self._known is None:
            self._basis = None
            try:
                self._known = read_known(origin, NOTHING_GIVEN)
                self._known.forget_documents()
            except StateawareError as error:
                self._known = error
            self._marks, self._ways = marks, ways
        if isinstance(self._known, StateawareError):
            raise self._known
        return self._known

    def make_plan(self, project: Project, at: datetime, proceed: Callable[[], object] = bool) -> Plan | None:
        """The plan of a run at a moment; None where nothing can be read of earlier runs."""
        telling = artifact_marks(FilesOrigin(project).target)[: len(_TELLING)]
        if not any(telling):
            return None
        try:
            basis = self.basis(project, at, proceed)
        except StateawareError:
            return None
        proceed()
        return make_plan(basis, at, DEFAULT_OPTIONS)

    def decision(self, unique_id: str, now: datetime) -> Decision | None:
        """What a run now would do with a node, where the plan says so."""
        found = None if self.plan is None else self.plan.decisions.get(unique_id)
        if found is None or found.outcome in ("unknown", "inline", "absent"):
            return None
        over = found.outcome == "reuse" and found.eligible_at is not None and found.eligible_at <= now
        return None if over else found


def artifact_marks(target: Path | None) -> Marks:
    """What tells whether one of the artifacts in a folder is another."""
    return tuple(None if target is None else _mark(target / name) for name in _ARTIFACTS)


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - every few seconds
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
