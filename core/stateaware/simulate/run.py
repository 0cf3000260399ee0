"""Runs jobs through a time that has not come yet."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from stateaware.errors import UsageError
from stateaware.plan.advance import record_build
from stateaware.plan.clock import EARLIEST, LATEST, aware
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import Version
from stateaware.plan.modes import MODES
from stateaware.plan.state import NOTHING_SEEN, Present, Record, State
from stateaware.records import replace
from stateaware.simulate.ages import Age, Ages
from stateaware.simulate.arrivals import Arrival
from stateaware.simulate.decider import CUT, OUTCOMES, Decider
from stateaware.simulate.jobs import Job
from stateaware.simulate.lay_out import lay_out
from stateaware.simulate.loads import KINDS, Loads
from stateaware.simulate.options import DEFAULT, SimulateOptions
from stateaware.simulate.queue import JobQueue
from stateaware.simulate.remarks import remarks
from stateaware.simulate.results import RunResult, Simulation, Track
from stateaware.simulate.schedule import Status

LONGEST: Final = timedelta(days=3660)
_TESTS: Final = ("test.", "unit_test.")
"""What reads data and has none of its own."""


def simulate(
    lineage: Lineage,
    state: State,
    present: Present = NOTHING_SEEN,
    *,
    jobs: Sequence[Job],
    arrivals: Mapping[str, Arrival],
    durations: Mapping[str, timedelta],
    start: datetime,
    end: datetime,
    options: SimulateOptions = DEFAULT,
    before_run: Callable[[], object] | None = None,
) -> Simulation:
    """Run every job at each of its times from ``start`` to before ``end``, over one state.

    A run is planned as a whole at the moment it begins: it sees what has loaded until then, that moment
    included. Its builds go on by dependency and threads, and each ends when its time is over: windows count
    from there. Everything goes well, but for what a timeout cuts off: a build that it ends has failed, one
    that has not begun stays as it was.

    While a run goes on, runs of other jobs leave to it what it builds: where they select the same node
    they wait for the end of that build, and decide by its result; what they do not select counts for them
    as it was before. Code is taken to stay as it is. What is stated to have changed, or to be gone, is so
    until it is built; what failed has failed before the first run only.

    Args:
        lineage: the nodes with what is in force for them.
        state: what is remembered at the start. It is not changed.
        present: what is seen at the start.
        jobs: what runs, and when. A name occurs once.
        arrivals: by unique_id of a source or of a public model of another project.
        durations: how long a build takes, by unique_id.
        start: the first moment at which a job can run.
        end: the moment before which runs begin.
        options: everything else.
        before_run: called before each run; what it raises ends the simulation.

    Raises:
        UsageError: the time is empty or too long, or there are too many runs.
        ValueError: a moment has no zone, a job selects and is not in ``options.selected``, or two jobs
            have one name.
    """
    begin, until = aware(start, "the start"), aware(end, "the end")
    if until <= begin:
        raise UsageError("the simulation ends before it begins", "Let it end later than it starts.")
    if until - begin > LONGEST or begin - EARLIEST < LONGEST or LATEST - until < LONGEST:
        raise UsageError(f"a simulation takes at most {LONGEST.days} days", "Simulate a shorter time.")
    if len({job.name for job in jobs}) < len(jobs):
        raise ValueError("two jobs have one name")
    missing = [job.name for job in jobs if job.selects and job.name not in options.selected]
    if missing:
        raise ValueError(f"what the job {missing[0]} selects is not given")
    return _World(lineage, state, present, jobs, arrivals, durations, begin, until, options).simulate(
        before_run
    )


class _World:
    """All that changes in the course of a simulation."""

    def __init__(
        self,
        lineage: Lineage,
        state: State,
        present: Present,
        jobs: Sequence[Job],
        arrivals: Mapping[str, Arrival],
        durations: Mapping[str, timedelta],
        start: datetime,
        end: datetime,
        options: SimulateOptions,
    ) -> None:
        self.lineage, self.jobs, self.options = lineage, jobs, options
        self.start, self.end = start, end
        stated = dict(arrivals)
        if options.arrival is not None:
            unstated = (key for key, node in lineage.nodes.items() if node.kind in KINDS)
            stated.update((key, options.arrival) for key in unstated if key not in stated)
        self.loads = Loads(lineage, stated, present.versions, start, end, options.seed)
        self.versions: dict[str, Version] = dict(present.versions)
        self.versions.update(self.loads.at_first())
        self.present = replace(present, versions=self.versions)
        self.state = state.updated(())
        self.place = {unique_id: number for number, unique_id in enumerate(lineage.order)}
        self.children = self._children()
        self.seconds = [options.duration] * len(lineage.order)
        for unique_id, took in durations.items():
            if unique_id in self.place:
                self.seconds[self.place[unique_id]] = took.total_seconds()
        self.ages = Ages(lineage, self.loads, start.timestamp())
        self.deciders = [self._decider(job) for job in jobs]
        self.building: dict[int, tuple[datetime, Record | None]] = {}
        self.runs: list[RunResult] = []
        self.through: list[array[int]] = [array("I") for _ in jobs]
        self.builds: dict[int, tuple[array[int], array[float]]] = {}
        self.notes = remarks(lineage, present, jobs, arrivals, durations, options)

    def _children(self) -> list[list[int]]:
        """By place, those that read a node directly or through what a job's mode sees through."""
        found: list[dict[int, None]] = [{} for _ in self.lineage.order]
        modes = {job.options(self.options.plan).mode for job in self.jobs}
        readings = [self.lineage.effective_parents(MODES[mode].transparent) for mode in modes]
        for unique_id, number in self.place.items():
            for parents in (self.lineage.nodes[unique_id].parents, *(one[unique_id] for one in readings)):
                for parent in parents:
                    if parent in self.place:
                        found[self.place[parent]][number] = None
        return [list(children) for children in found]

    def _decider(self, job: Job) -> Decider:
        options = job.options(self.options.plan)
        selected = self.options.selected.get(job.name)
        chosen = None if selected is None else frozenset(selected)
        return Decider(
            self.lineage,
            self.place,
            self.children,
            self.state,
            self.present,
            self.start,
            options,
            chosen,
            alone=len(self.jobs) == 1 and not job.timeout,
        )

    def simulate(self, before_run: Callable[[], object] | None) -> Simulation:
        """All runs, one after another."""
        self.ages.begin(self.lineage, self.state)
        queue = JobQueue(self.jobs, self.options.completions, self.start, self.end)
        for at, job, collapsed in queue:
            if before_run is not None:
                before_run()
            result = self._run(at, job, collapsed)
            queue.ran(job, result.end, result.status)
            if len(self.runs) == 1:
                self._forget_what_was_before()
        return self._result()

    def _forget_what_was_before(self) -> None:
        once = self.options.plan.cache_cleared
        if self.present.failed or once:
            self.present = replace(self.present, failed=frozenset())
        for job, decider in zip(self.jobs, self.deciders, strict=True):
            if once:
                decider.run.options = replace(job.options(self.options.plan), cache_cleared=False)
            if decider.run.present.failed or once:
                decider.run.stopped -= decider.run.present.failed
                decider.stir_all()
            decider.run.present = self.present

    def _run(self, at: datetime, job: int, collapsed: int) -> RunResult:
        decider = self.deciders[job]
        self._load(at)
        self.building = {number: one for number, one in self.building.items() if one[0] > at}
        hidden = self._hide(decider)
        built = decider.decide(at, self.deciders)
        waits = {
            number: (ended - at).total_seconds()
            for number, (ended, _) in self.building.items()
            if decider.members[number]
        }
        threads = self.jobs[job].threads or self.options.threads
        parents = decider.parent_places.__getitem__
        times = lay_out(
            built, parents, self.seconds.__getitem__, self._reached(built, waits, parents), threads
        )
        limit = self.jobs[job].timeout or None
        cut = self._record(decider, at, built, times, limit)
        for number, record in hidden.items():
            self._put(number, record)
            decider.stir_children(number)
        length = max((end for _, end in times), default=0.0)
        length = max(length, *waits.values()) if waits else length
        late = limit is not None and length > limit
        status: Status = "cancelled" if late else "success"
        counts = decider.counts
        reused = sum(counts[code] for code, outcome in enumerate(OUTCOMES) if outcome == "reuse")
        decided = sum(counts[code] for code, outcome in enumerate(OUTCOMES) if outcome in ("unknown", "skip"))
        result = RunResult(
            len(self.runs),
            self.jobs[job].name,
            at,
            at + timedelta(seconds=float(limit) if late and limit else length),
            status,
            collapsed,
            len(built) - cut,
            reused,
            decided + cut,
            sum(min(end, limit) - min(start, limit) for start, end in times)
            if limit
            else sum(end - start for start, end in times),
        )
        self.through[job].append(result.number)
        self.runs.append(result)
        return result

    def _load(self, at: datetime) -> None:
        for source, version in self.loads.until(at.timestamp()):
            self.versions[source] = version
            if source in self.place:
                for decider in self.deciders:
                    decider.stir_children(self.place[source])

    def _hide(self, decider: Decider) -> dict[int, Record]:
        """Put back what was there before the builds that go on and that this job does not select."""
        hidden = {}
        for number, (_, before) in self.building.items():
            if not decider.members[number]:
                unique_id = self.lineage.order[number]
                hidden[number] = self.state.records[unique_id]
                if before is None:
                    del self.state.records[unique_id]
                else:
                    self.state.records[unique_id] = before
                decider.stir_children(number)
        return hidden

    def _put(self, number: int, record: Record) -> None:
        self.state.records[self.lineage.order[number]] = record

    def _reached(
        self, built: Sequence[int], waits: Mapping[int, float], parents: Callable[[int], Sequence[int]]
    ) -> Mapping[int, float]:
        """When each node can start, for those that wait for another run's build of it or of a parent."""
        if not waits:
            return waits
        found = {}
        for number in built:
            longest = max(waits.get(one, 0.0) for one in (number, *parents(number)))
            if longest:
                found[number] = longest
        return found

    def _record(
        self,
        decider: Decider,
        at: datetime,
        built: Sequence[int],
        times: Sequence[tuple[float, float]],
        limit: int | None,
    ) -> int:
        """Write the builds of a run into the state; how many the limit cut off."""
        cut, read, number_of_run = 0, at.timestamp(), len(self.runs)
        done = []
        order, records, builds, run = self.lineage.order, self.state.records, self.builds, decider.run
        moments: dict[float, datetime] = {}  # builds begin where others end
        for number, (started, ended) in zip(built, times, strict=True):
            unique_id = order[number]
            before = records.get(unique_id)
            if limit is not None and ended > limit:
                cut += 1
                decider.note(number, decider.codes[number] | CUT)
                if started < limit:
                    self._kill(
                        unique_id, before, at + timedelta(seconds=started), at + timedelta(seconds=limit)
                    )
                    self.building[number] = (at + timedelta(seconds=limit), before)
                continue
            begin, end = moments.get(started), moments.get(ended)
            if begin is None:
                begin = moments[started] = at + timedelta(seconds=started)
            if end is None:
                end = moments[ended] = at + timedelta(seconds=ended)
            records[unique_id] = record_build(unique_id, run, decider.parents[unique_id], begin, end)
            done.append(unique_id)
            self.ages.build(number, read, read + ended)
            if end > at:
                self.building[number] = (end, before)
            taken = builds.get(number)
            if taken is None:
                taken = builds[number] = (array("I"), array("d"))
            taken[0].append(number_of_run)
            taken[1].extend((started, ended))
        for one in self.deciders:
            one.stir_built(built)
        self._now_built(done)
        return cut

    def _kill(self, unique_id: str, before: Record | None, started: datetime, ended: datetime) -> None:
        killed = before or Record(unique_id, ended)
        self.state.records[unique_id] = replace(
            killed, completed_at=ended, started_at=started, status="killed", touched_at=ended
        )

    def _now_built(self, done: Sequence[str]) -> None:
        """What was stated to have changed or to be gone is not so any more."""
        present = self.present
        if present.changed.isdisjoint(done) and present.missing_relations.isdisjoint(done):
            return
        self.present = replace(
            present,
            changed=present.changed.difference(done),
            missing_relations=present.missing_relations.difference(done),
        )
        for decider in self.deciders:
            decider.run.present = self.present

    def _result(self) -> Simulation:
        order, end = self.lineage.order, self.end.timestamp()
        tracks: dict[str, list[Track]] = {}
        for number, unique_id in enumerate(order):
            found = []
            for through, decider in zip(self.through, self.deciders, strict=True):
                track = decider.tracks[number]
                if track is not None:
                    found.append(Track(through, *track))
            if found:
                tracks[unique_id] = found
        ages: dict[str, Age] = {}
        for number, unique_id in enumerate(order):
            age = self.ages.result(number, end)
            if age is not None and not unique_id.startswith(_TESTS):
                ages[unique_id] = age
            for decider in self.deciders[:1]:
                decider.touch(number, self.deciders)
        return Simulation(
            self.start,
            self.end,
            self.runs,
            tracks,
            {order[number]: one for number, one in self.builds.items()},
            dict(zip(order, self.seconds, strict=True)),
            ages,
            {one: group.moments for group in self.loads.groups for one in group.sources},
            self.state,
            self.notes,
        )
