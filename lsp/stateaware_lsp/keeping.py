"""Keeps the plan of a run now, project by project: when files, artifacts or the clock make it another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import partial
from typing import Final
from weakref import WeakKeyDictionary

from stateaware.forecast.origin import FilesOrigin
from stateaware.index.index import CancelledError
from stateaware.plan.decision import Plan
from stateaware.report.plan_short import lens_words
from stateaware_lsp.forecasts import Marks, artifact_marks
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Server

NEWS: Final = "stateaware/plan"
"""Tells an editor that shows plans that those of a project may be others now: ``{project}``."""
_PAUSES: Final = 4
"""So many times as long as for a check of everything nobody may have typed before a plan is made."""
_SOONEST: Final = 30.0
_LATEST: Final = 3600.0
"""Seconds after which a plan is made again though nothing has changed but the clock."""


class Keeper:
    """Makes plans in a thread of its own while nobody types."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._worker = ThreadPoolExecutor(1, "stateaware-plan")
        self._marks: WeakKeyDictionary[OpenProject, Marks] = WeakKeyDictionary()
        self._turns: WeakKeyDictionary[OpenProject, int] = WeakKeyDictionary()
        self._timers: WeakKeyDictionary[OpenProject, asyncio.TimerHandle] = WeakKeyDictionary()
        server.listeners.append(self._tell)
        server.starters.append(lambda _: server.run_aside(self._watch()))

    def _tell(self, project: OpenProject, files: set[str], edited: bool) -> None:
        """A file of a project was edited, or, where not ``edited``, all of it was checked since."""
        settings = self._server.settings
        self._soon(project, settings.pause * _PAUSES)
        if not edited:
            self._send_news(project)

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
                    self._send_news(project)
                self._marks[project] = now
            await asyncio.sleep(server.settings.poll)

    def _soon(self, project: OpenProject, seconds: float) -> None:
        self._turns[project] = self._turns.get(project, 0) + 1
        before = self._timers.pop(project, None)
        if before is not None:
            before.cancel()
        loop = asyncio.get_running_loop()
        self._timers[project] = loop.call_later(seconds, lambda: self._server.run_aside(self._make(project)))

    async def _make(self, project: OpenProject) -> None:
        server, index, forecast = self._server, project.index, project.forecast
        if not server.settings.plan or project.checked != index.version:
            return  # what was said stays until everything is checked again
        turn = self._turns[project]

        def proceed() -> None:
            known = server.projects.by_root.get(project.root) is project
            if server.leaving or not known or self._turns.get(project) != turn:
                raise CancelledError

        loop, now = asyncio.get_running_loop(), datetime.now(timezone.utc)
        make = partial(forecast.make_plan, index.project, now, proceed)
        try:
            plan = await loop.run_in_executor(self._worker, make)
            proceed()
        except CancelledError:
            return
        except Exception as error:  # noqa: BLE001 - a bug must not end the server
            server.tell_bug(error)
            return
        before, forecast.plan = forecast.plan, plan
        if dict(_words(before)) != dict(_words(plan)):
            refresh_lenses(server)
        if plan is not None:
            self._soon(project, _until_another(plan))

    def _send_news(self, project: OpenProject) -> None:
        if "stateaware.simulatePlan" in self._server.client_commands:
            self._server.protocol.notify(NEWS, {"project": str(project.root)})


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
