"""Keeps the plan of a run now, project by project: when files, artifacts or the clock make it another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Final
from weakref import WeakKeyDictionary

from stateaware.forecast.origin import FilesOrigin
from stateaware.plan.decision import Plan
from stateaware.report.plan_short import lens_words
from stateaware_lsp.forecasts import Marks, artifact_marks
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Server

NEWS: Final = "stateaware/plan"
"""Tells an editor that shows plans that those of a project may be others now: ``{project}``."""
_SOONEST: Final = 30.0
_LATEST: Final = 3600.0
"""Seconds after which a plan is made again though nothing has changed but the clock."""


class Keeper:
    """Makes plans in a thread of its own, once nobody has typed for a while."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._worker = ThreadPoolExecutor(1, "stateaware-plan")
        self._marks: WeakKeyDictionary[OpenProject, Marks] = WeakKeyDictionary()
        self._timers: WeakKeyDictionary[OpenProject, asyncio.TimerHandle] = WeakKeyDictionary()
        server.listeners.append(self.checked)
        server.starters.append(lambda _: server.run_aside(self._watch()))

    def checked(self, project: OpenProject, files: set[str], edited: bool) -> None:
        """A project was checked as a whole: nobody types, and its graph is there."""
        if not edited:
            self._soon(project, self._server.settings.pause)

    async def _watch(self) -> None:
        """Look at the artifacts every few seconds; editors do not watch all of their folders."""
        loop = asyncio.get_running_loop()
        server = self._server
        await server.ready.wait()
        while not server.leaving:
            targets = [(one, FilesOrigin(one.index.project).target) for one in server.projects]
            folders = [target for _, target in targets]
            marks = await loop.run_in_executor(self._worker, list, map(artifact_marks, folders))
            for (project, _), now in zip(targets, marks, strict=True):
                if self._marks.get(project, now) != now:
                    self._soon(project, 0)
                self._marks[project] = now
            await asyncio.sleep(server.settings.poll)

    def _soon(self, project: OpenProject, seconds: float, *, clock: bool = False) -> None:
        before = self._timers.pop(project, None)
        if before is not None:
            before.cancel()
        loop = asyncio.get_running_loop()
        self._timers[project] = loop.call_later(
            seconds, lambda: self._server.run_aside(self._make(project, clock=clock))
        )

    async def _make(self, project: OpenProject, *, clock: bool) -> None:
        server = self._server
        index = project.index
        if server.leaving or not server.settings.plan or project.checked != index.version:
            plan = project.forecast.plan  # what was said stays until everything is checked again
        else:
            loop = asyncio.get_running_loop()
            now = datetime.now(timezone.utc)
            try:
                plan = await loop.run_in_executor(
                    self._worker, project.forecast.make_plan, index.project, now
                )
            except Exception as error:  # noqa: BLE001 - a bug must not end the server
                server.tell_bug(error)
                return
        if server.leaving or server.projects.by_root.get(project.root) is not project:
            return
        before, project.forecast.plan = project.forecast.plan, plan
        if dict(_words(before)) != dict(_words(plan)):
            refresh_lenses(server)
        if not clock and "stateaware.simulatePlan" in server.client_commands:
            server.protocol.notify(NEWS, {"project": str(project.root)})
        if plan is not None:
            self._soon(project, _until_another(plan), clock=True)


def refresh_lenses(server: Server) -> None:
    """Ask the editor to ask for lenses again, where it can."""
    workspace = server.client_capabilities.workspace
    if workspace is not None and workspace.code_lens is not None and workspace.code_lens.refresh_support:
        server.workspace_code_lens_refresh(None)


def _words(plan: Plan | None) -> Iterator[tuple[str, str]]:
    for unique_id, decision in {} if plan is None else plan.decisions.items():
        yield unique_id, lens_words(decision)


def _until_another(plan: Plan) -> float:
    """Seconds until the first window of a plan is over."""
    now = datetime.now(timezone.utc)
    ends = (one.eligible_at for one in plan.decisions.values() if one.eligible_at is not None)
    left = min(((end - now).total_seconds() for end in ends if end > now), default=_LATEST)
    return min(max(left + 1, _SOONEST), _LATEST)
