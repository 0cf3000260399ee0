"""A simulation that plans everything in each run, to compare with the one that is fast; and random ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from stateaware.plan.advance import advance
from stateaware.plan.decide import plan
from stateaware.plan.decision import Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import MEASUREMENTS, Version
from stateaware.plan.modes import MODES
from stateaware.plan.reasons import ReasonCode
from stateaware.plan.state import Record, State
from stateaware.records import replace
from stateaware.simulate.arrivals import Arrival, loads_of
from stateaware.simulate.jobs import Job
from stateaware.simulate.lay_out import lay_out
from stateaware.simulate.options import SimulateOptions
from stateaware.simulate.queue import JobQueue
from stateaware.simulate.results import Simulation
from stateaware.simulate.run import simulate
from stateaware.simulate.schedule import After, at_hours, every
from unit.plan.worlds import NOW, World

BUILDS = ("build", "clone")


@dataclass(frozen=True)
class Case:
    """The arguments of a simulation."""

    world: World
    jobs: tuple[Job, ...]
    arrivals: dict[str, Arrival]
    durations: dict[str, timedelta]
    end: datetime
    options: SimulateOptions
    start: datetime = NOW

    @staticmethod
    def of(number: int, world: World | None = None) -> Case:
        """Any jobs over any project."""
        random = Random(number)  # noqa: S311 - nothing secret
        world = world or World.of(number)
        ids = [node.unique_id for node in world.nodes]
        jobs, selected = [], {}
        for at in range(random.choice((1, 1, 2, 3))):
            name = f"job{at}"
            schedule: Any = random.choice(
                (every(1800), every(3600, random.choice((0, 240))), at_hours((2, 5)), every(21600))
            )
            if at and random.random() < 0.3:
                schedule = After("job0", on=("success", "cancelled"))
            picks = random.random() < 0.4
            if picks:
                selected[name] = frozenset(random.sample(ids, random.randint(0, len(ids))))
            jobs.append(
                Job(
                    name,
                    schedule,
                    select=("some",) if picks else (),
                    threads=random.choice((None, 1, 2)),
                    timeout=random.choice((0, 0, 300, 3600)),
                    state_aware=random.random() < 0.9,
                    full_refresh=random.random() < 0.1,
                    mode=random.choice((None, None, "sao", "state")),
                )
            )
        sources = [node.unique_id for node in world.nodes if node.kind == "source"]
        arrivals = {
            one: Arrival(random.choice((900, 3600, 7200, 86400)), jitter=random.choice((0, 600)))
            for one in sources
            if random.random() < 0.8
        }
        lengths = (0, 60, 600, 2400, 5400)
        durations = {one: timedelta(seconds=random.choice(lengths)) for one in ids if random.random() < 0.7}
        days = random.choice((0.3, 0.5, 0.5, 1, 40 if random.random() < 0.1 else 1))
        options = SimulateOptions(
            plan=world.options,
            threads=random.choice((1, 4)),
            duration=random.choice((0.0, 30.0)),
            seed=random.randint(0, 9),
            arrival=random.choice((None, Arrival(3600))),
            selected=selected,
        )
        return Case(world, tuple(jobs), arrivals, durations, NOW + timedelta(days=days), options)

    def simulate(self) -> Simulation:
        return simulate(
            Lineage(self.world.nodes),
            self.world.state,
            self.world.present,
            jobs=self.jobs,
            arrivals=self.arrivals,
            durations=self.durations,
            start=self.start,
            end=self.end,
            options=self.options,
        )

    def plainly(self) -> Plainly:
        return Plainly(self).go()


@dataclass
class Plainly:
    """The same, by a plan of everything and ``advance`` for each run."""

    case: Case
    reasons: list[dict[str, ReasonCode]] = field(default_factory=list)
    spans: list[tuple[str, datetime, datetime, str]] = field(default_factory=list)
    state: State = field(default_factory=State)

    def go(self) -> Plainly:
        case, options = self.case, self.case.options
        lineage = Lineage(case.world.nodes)
        self.state, present = case.world.state.updated(()), case.world.present
        going: dict[str, Record | None] = {}
        queue = JobQueue(case.jobs, options.completions, case.start, case.end)
        for at, number, _ in queue:
            job = case.jobs[number]
            present = replace(present, versions=self.versions(lineage, at))
            started = job.options(options.plan)
            if self.reasons:
                started = replace(started, cache_cleared=False)
                present = replace(present, failed=frozenset())
            chosen = options.selected.get(job.name)
            members = {
                one
                for one in lineage.order
                if lineage.nodes[one].traits.decided and (chosen is None or one in chosen)
            }
            seen, now = self.state.updated(()), dict(self.state.records)
            going = {one: old for one, old in going.items() if now[one].completed_at > at}
            for one in set(going) - members:
                old = going[one]
                if old is None:
                    del seen.records[one]
                else:
                    seen.records[one] = old
            made = plan(lineage, seen, present, at=at, options=started, selected=members)
            self.reasons.append({key: one.reason for key, one in made.decisions.items()})
            waits = {one: (now[one].completed_at - at).total_seconds() for one in going if one in members}
            end, status, cut = self.carry_out(made, job, lineage, seen, present, waits, now, going)
            for one in cut:
                self.reasons[-1][one] = f"cut: {self.reasons[-1][one]}"  # type: ignore[assignment]
            done = set(made.having(*BUILDS)) - cut
            present = replace(
                present, changed=present.changed - done, missing_relations=present.missing_relations - done
            )
            self.spans.append((job.name, at, end, status))
            queue.ran(number, end, status)  # type: ignore[arg-type]
        return self

    def versions(self, lineage: Lineage, at: datetime) -> dict[str, Version]:
        case = self.case
        found = dict(case.world.present.versions)
        for one, node in lineage.nodes.items():
            arrival = case.arrivals.get(one, case.options.arrival)
            if node.kind != "source" or arrival is None:
                continue
            known = found.get(one)
            if known is not None and MEASUREMENTS[known.how].changed:
                continue
            loads = loads_of(one, arrival, case.start, case.end, case.options.seed)
            measured = known is not None and known.value is not None
            past = [load for load in loads if load <= at and (not measured or load >= case.start)]
            if past:
                found[one] = Version(past[-1].isoformat(), "assumed", past[-1])
            elif not measured:
                found[one] = Version("nothing loaded yet", "assumed")
        return found

    def carry_out(
        self,
        made: Plan,
        job: Job,
        lineage: Lineage,
        seen: State,
        present: Any,
        waits: dict[str, float],
        now: dict[str, Record],
        going: dict[str, Record | None],
    ) -> tuple[datetime, str, set[str]]:
        options = self.case.options
        place = {one: number for number, one in enumerate(lineage.order)}
        parents = lineage.effective_parents(MODES[made.options.mode].transparent)
        builds = made.having(*BUILDS)
        ready = {place[one]: max(waits.get(near, 0.0) for near in (one, *parents[one])) for one in builds}

        def length(number: int) -> float:
            known = self.case.durations.get(lineage.order[number])
            return options.duration if known is None else known.total_seconds()

        times = dict(
            zip(
                builds,
                lay_out(
                    [place[one] for one in builds],
                    lambda number: [place[one] for one in parents[lineage.order[number]] if one in place],
                    length,
                    ready,
                    job.threads or options.threads,
                ),
                strict=True,
            )
        )
        took = {one: timedelta(seconds=end) for one, (_, end) in times.items()}
        after = advance(made, lineage, seen, present, took)
        limit = job.timeout
        cut = {one for one, (_, end) in times.items() if limit and end > limit}
        for one in set(going) - set(made.decisions):
            after.records[one] = now[one]
        for one, (start, end) in times.items():
            before, begun = now.get(one), made.at + timedelta(seconds=start)
            if one not in cut:
                after.records[one] = replace(after.records[one], started_at=begun)
                if end:
                    going[one] = before
            elif start < limit:
                killed = made.at + timedelta(seconds=limit)
                after.records[one] = replace(
                    before or Record(one, killed),
                    completed_at=killed,
                    started_at=begun,
                    status="killed",
                    touched_at=killed,
                )
                going[one] = before
            elif before is None:
                del after.records[one]
            else:
                after.records[one] = before
        self.state = after
        length_of_all = max([*(end for _, end in times.values()), *waits.values()], default=0.0)
        if limit and length_of_all > limit:
            return made.at + timedelta(seconds=limit), "cancelled", cut
        return made.at + timedelta(seconds=length_of_all), "success", cut
