"""Which job starts next: schedules, chains, and starts that come while the job still runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import heappop, heappush
from itertools import count, islice
from typing import Final

from stateaware.errors import UsageError
from stateaware.simulate.jobs import Job
from stateaware.simulate.options import Completion
from stateaware.simulate.schedule import After, Schedule, Status

MOST_RUNS: Final = 200_000
_END, _COMPLETION, _START = 0, 1, 2


class JobQueue:
    """Gives the starts of all jobs in order, and is told how long each run takes.

    Runs of one job never overlap: of the starts that come while one goes on only the last is kept, and
    begins when that ends. At one moment, what ends comes first, and jobs start in the order that they
    were given in.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        completions: Mapping[str, Sequence[Completion]],
        start: datetime,
        end: datetime,
    ) -> None:
        self._jobs = jobs
        self._end = end
        self._order = count()
        self._heap: list[tuple[datetime, int, int, int, Status]] = []
        self._ticks: list[Iterator[datetime]] = []
        self._running = [False] * len(jobs)
        self._kept = [0] * len(jobs)
        self._followers: dict[tuple[str | None, str], list[int]] = {}
        names: list[tuple[str, str]] = []  # jobs of other projects
        for number, job in enumerate(jobs):
            after = job.schedule
            if isinstance(after, After):
                self._followers.setdefault((after.project, after.job), []).append(number)
                if after.project is not None and (after.project, after.job) not in names:
                    names.append((after.project, after.job))
                self._ticks.append(iter(()))
            else:
                self._ticks.append(after.times(start, end))
            self._next_tick(number)
        self._others = names
        for at, (project, name) in enumerate(names):
            stated = {(one.at, one.status) for one in completions.get(f"{project}.{name}", ())}
            for number in self._followers[project, name]:
                stated.update(_ends(jobs[number].schedule, start, end))
            for moment, status in sorted(stated):
                if start <= moment < end:
                    self._push(moment, _COMPLETION, at, status)

    def __iter__(self) -> Iterator[tuple[datetime, int, int]]:
        """When a job starts, its number, and how many starts collapsed into this one.

        After each, ``ran`` must be called.

        Raises:
            UsageError: there are too many.
        """
        runs = 0
        while self._heap:
            at, kind, _, number, status = heappop(self._heap)
            if at >= self._end:
                return
            starting: list[tuple[int, int]] = []
            if kind == _START:
                self._next_tick(number)
                starting.append((number, 0))
            elif kind == _COMPLETION:
                starting += self._after(self._others[number], status)
            else:
                self._running[number] = False
                if self._kept[number]:
                    starting.append((number, self._kept[number] - 1))
                    self._kept[number] = 0
                starting += self._after((None, self._jobs[number].name), status)
            for job, collapsed in starting:
                if self._running[job]:
                    self._kept[job] += 1
                    continue
                runs += 1
                if runs > MOST_RUNS:
                    raise UsageError(
                        f"the jobs run more than {MOST_RUNS} times in this time", "Simulate a shorter time."
                    )
                yield at, job, collapsed

    def ran(self, job: int, end: datetime, status: Status) -> None:
        """The run that was given last ends then."""
        self._running[job] = True
        self._push(end, _END, job, status)

    def _after(self, name: tuple[str | None, str], status: Status) -> list[tuple[int, int]]:
        found = []
        for number in self._followers.get(name, ()):
            after = self._jobs[number].schedule
            if isinstance(after, After) and status in after.on:
                found.append((number, 0))
        return found

    def _next_tick(self, number: int) -> None:
        at = next(self._ticks[number], None)
        if at is not None:
            self._push(at, _START, number, "success")

    def _push(self, at: datetime, kind: int, number: int, status: Status) -> None:
        # ends and completions in the order they came up, starts in that of the jobs
        order = number if kind == _START else next(self._order)
        heappush(self._heap, (at, kind, order, number, status))


def _ends(after: Schedule, start: datetime, end: datetime) -> Iterator[tuple[datetime, Status]]:
    """When runs of another project's job are taken to end, and how."""
    if isinstance(after, After) and after.ends is not None:
        for moment in islice(after.ends.times(start, end), MOST_RUNS + 1):
            yield moment, after.status
