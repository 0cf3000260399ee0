"""What a simulation finds out."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from stateaware.plan.decision import Note
from stateaware.plan.reasons import Outcome, ReasonCode
from stateaware.plan.state import State
from stateaware.records import cached_property, dataclass
from stateaware.simulate.ages import Age
from stateaware.simulate.decider import CODES, CUT, OUTCOMES
from stateaware.simulate.schedule import Status

FIRST: Final[frozenset[ReasonCode]] = frozenset({"FIRST_BUILD", "STATE_EXPIRED"})
"""Reasons to build that say nothing of the settings."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """One run of a job.

    Args:
        number: its place among all runs.
        job: of which job.
        at: when it began; the moment of its plan.
        end: when its last build ended.
        status: ``cancelled`` where the job's timeout ended it.
        collapsed: starts that came while the one before went on, and that this one stands for; itself
            not counted.
        builds: nodes that were built.
        reuses: nodes that were reused.
        others: nodes that were skipped, cut off by the timeout, or about which nobody can tell.
        seconds: of building, all threads added up.
    """

    number: int
    job: str
    at: datetime
    end: datetime
    status: Status
    collapsed: int
    builds: int
    reuses: int
    others: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a node in a run.

    ``started`` and ``ended`` are those of its build, None where it was not built. ``cut`` is whether the
    run's timeout ended or prevented the build.
    """

    at: datetime
    job: str
    reason: ReasonCode
    outcome: Outcome
    started: datetime | None = None
    ended: datetime | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class NodeResult:
    """One node over the whole time.

    Args:
        unique_id: whose.
        runs: in how many runs it was decided.
        builds: how often it was built to the end.
        built: the same by reason.
        reused: how often it was reused, by reason.
        others: how often neither, by reason: skipped, not known, cut off by a timeout.
        seconds: that it took to build.
        seconds_without: that it would have taken if each of these runs had built it.
        age: how old its data was; None where it has none: views of sources alone, seeds, tests.
    """

    unique_id: str
    runs: int
    builds: int
    built: Mapping[ReasonCode, int]
    reused: Mapping[ReasonCode, int]
    others: Mapping[ReasonCode, int]
    seconds: float
    seconds_without: float
    age: Age | None = None

    @property
    def reuses(self) -> int:
        """How often it was reused."""
        return sum(self.reused.values())

    @property
    def never_builds(self) -> bool:
        """Whether it is decided more than once and not built, but for the first build there is."""
        return self.runs > 1 and not any(count for why, count in self.built.items() if why not in FIRST)

    @property
    def starved(self) -> bool:
        """Whether it never builds although some parents have new data: it waits for all of them."""
        return self.never_builds and bool(self.reused.get("NOT_ALL_UPSTREAMS_NEW"))

    @property
    def always_builds(self) -> bool:
        """Whether every one of several runs builds it."""
        return self.builds == self.runs > 1


@dataclass(frozen=True, slots=True)
class Totals:
    """All nodes and runs together; seconds are of building, all threads added up."""

    runs: int
    builds: int
    reuses: int
    others: int
    seconds: float
    seconds_without: float
    worst_age: float
    worst_lag: float


class Track:
    """What one job did with one node: the reason from each run of the job on, where it becomes another."""

    __slots__ = ("marks", "runs", "through")

    def __init__(self, through: Sequence[int], runs: array[int], marks: bytearray) -> None:
        self.through = through
        self.runs = runs
        self.marks = marks

    def lengths(self) -> Iterator[tuple[int, int]]:
        """Each mark with the number of runs in a row that have it."""
        ends = [*self.runs[1:], len(self.through)]
        return ((mark, end - begin) for mark, begin, end in zip(self.marks, self.runs, ends, strict=True))

    def each(self) -> Iterator[tuple[int, int]]:
        """Each run, by its number among all, with its mark."""
        for at, number in enumerate(self.through):
            place = bisect_right(self.runs, at) - 1
            if place >= 0:
                yield number, self.marks[place]


class Simulation:
    """Everything that came of a simulation; what is asked for is worked out then.

    Args:
        start: when it began.
        end: when it ended; no run begins then or later.
        runs: all runs, in order.
        loads: when each source loads, the last load before the start being the first of them.
        state: the state after the last run.
        notes: what was assumed, and what somebody should look at.
    """

    def __init__(
        self,
        start: datetime,
        end: datetime,
        runs: Sequence[RunResult],
        tracks: Mapping[str, Sequence[Track]],
        builds: Mapping[str, tuple[array[int], array[float]]],
        seconds: Mapping[str, float],
        ages: Mapping[str, Age],
        loads: Mapping[str, Sequence[datetime]],
        state: State,
        notes: tuple[Note, ...],
    ) -> None:
        self.start = start
        self.end = end
        self.runs = runs
        self.loads = loads
        self.state = state
        self.notes = notes
        self._tracks = tracks
        self._builds = builds
        self._seconds = seconds
        self._ages = ages

    @cached_property
    def nodes(self) -> Mapping[str, NodeResult]:
        """Every node that a run has decided about, parents before children."""
        return {unique_id: self._node(unique_id) for unique_id in self._tracks}

    def _node(self, unique_id: str) -> NodeResult:
        counts: dict[Literal["built", "reused", "others"], Counter[ReasonCode]] = {
            "built": Counter(),
            "reused": Counter(),
            "others": Counter(),
        }
        length, could = self._seconds[unique_id], 0
        for track in self._tracks[unique_id]:
            for mark, count in track.lengths():
                reason = CODES[mark & ~CUT]
                if reason is None:
                    continue
                outcome = OUTCOMES[mark & ~CUT]
                if outcome not in ("absent", "inline"):
                    could += count
                if mark & CUT:
                    counts["others"][reason] += count
                elif outcome in ("build", "clone"):
                    counts["built"][reason] += count
                else:
                    counts["reused" if outcome == "reuse" else "others"][reason] += count
        builds = sum(counts["built"].values())
        runs = builds + sum(counts["reused"].values()) + sum(counts["others"].values())
        taken = self._builds.get(unique_id)
        seconds = sum(taken[1][1::2]) - sum(taken[1][::2]) if taken is not None else 0.0
        return NodeResult(
            unique_id,
            runs,
            builds,
            counts["built"],
            counts["reused"],
            counts["others"],
            seconds,
            could * length,
            self._ages.get(unique_id),
        )

    @cached_property
    def totals(self) -> Totals:
        """All of it in a few numbers."""
        nodes = self.nodes.values()
        ages = self._ages.values()
        return Totals(
            runs=len(self.runs),
            builds=sum(run.builds for run in self.runs),
            reuses=sum(run.reuses for run in self.runs),
            others=sum(run.others for run in self.runs),
            seconds=sum(run.seconds for run in self.runs),
            seconds_without=sum(node.seconds_without for node in nodes),
            worst_age=max((age.worst_age for age in ages), default=0.0),
            worst_lag=max((age.worst_lag for age in ages), default=0.0),
        )

    @property
    def starved(self) -> tuple[str, ...]:
        """The nodes that wait for all their parents, and in vain."""
        return tuple(key for key, node in self.nodes.items() if node.starved)

    @property
    def never_built(self) -> tuple[str, ...]:
        """The nodes that are not built again after the first time."""
        return tuple(key for key, node in self.nodes.items() if node.never_builds)

    @property
    def always_built(self) -> tuple[str, ...]:
        """The nodes that every run builds."""
        return tuple(key for key, node in self.nodes.items() if node.always_builds)

    def tracks(self, unique_id: str) -> Sequence[Track]:
        """What each job did with a node; of jobs that have it in no run there is none."""
        return self._tracks.get(unique_id, ())

    def builds(self, unique_id: str) -> Iterator[tuple[int, float, float]]:
        """Each build of a node: the number of its run, and its start and end in seconds after that began."""
        runs, times = self._builds.get(unique_id, ((), ()))
        return ((number, times[2 * at], times[2 * at + 1]) for at, number in enumerate(runs))

    def events(self, unique_id: str) -> tuple[Event, ...]:
        """What happened to a node, run by run. New data is in ``loads``."""
        times = self._times(unique_id)
        found = []
        for number, mark in sorted(one for track in self._tracks.get(unique_id, ()) for one in track.each()):
            reason = CODES[mark & ~CUT]
            if reason is None:
                continue
            run, (started, ended) = self.runs[number], times.get(number, (None, None))
            outcome = OUTCOMES[mark & ~CUT]
            found.append(Event(run.at, run.job, reason, outcome, started, ended, bool(mark & CUT)))
        return tuple(found)

    def _times(self, unique_id: str) -> dict[int, tuple[datetime, datetime]]:
        return {
            number: (
                self.runs[number].at + timedelta(seconds=start),
                self.runs[number].at + timedelta(seconds=end),
            )
            for number, start, end in self.builds(unique_id)
        }
