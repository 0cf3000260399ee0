"""A simulation of a project: jobs and arrivals out of the settings, all else out of a basis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from stateaware.errors import UsageError, suggest
from stateaware.forecast.basis import Basis
from stateaware.forecast.origin import Ground
from stateaware.forecast.selecting import select_nodes
from stateaware.plan.state import State
from stateaware.records import replace
from stateaware.simulate.arrivals import Arrival, match_arrivals, read_arrivals
from stateaware.simulate.jobs import Job, read_jobs
from stateaware.simulate.options import SimulateOptions
from stateaware.simulate.results import Simulation
from stateaware.simulate.run import simulate
from stateaware.simulate.tables import TableError


def choose_jobs(known: Sequence[Job], wanted: Sequence[str], every: str | None) -> tuple[Job, ...]:
    """The jobs that take part: those that are named, or all; one that runs ``every`` so often instead.

    Raises:
        UsageError: there is no such job, or ``every`` is no length.
    """
    if every is not None or (not known and not wanted):
        try:
            return read_jobs({f"every {every or '1h'}": {"every": every or "1h"}})
        except TableError:
            raise UsageError(
                f"--every: `{every}` is no time between two runs", "Like this: 1h, 15m"
            ) from None
    jobs = {job.name: job for job in known}
    for name in wanted:
        if name not in jobs:
            remedy = suggest(name, jobs, "Jobs are tables of stateaware.toml: [jobs.NAME]")
            raise UsageError(f"no job `{name}`", remedy)
    return tuple(jobs[name] for name in wanted) or tuple(known)


def read_arrival_options(texts: Sequence[str]) -> dict[str, Arrival]:
    """What ``--arrival raw.orders=15m`` states.

    Raises:
        UsageError: it cannot be read.
    """
    found: dict[str, Arrival] = {}
    for text in texts:
        name, _, every = text.partition("=")
        try:
            found.update(read_arrivals({name.removeprefix("source:"): {"every": every}}))
        except TableError as error:
            raise UsageError(f"--arrival: `{text}` {error.message}", "Like this: raw.orders=15m") from None
    return found


def run_scenario(
    ground: Ground,
    basis: Basis,
    jobs: Sequence[Job],
    arrivals: Mapping[str, Arrival],
    *,
    start: datetime,
    length: timedelta,
    options: SimulateOptions,
    before_run: Callable[[], object] | None = None,
) -> Simulation:
    """Simulate. What is not known to have been built counts as never built.

    Args:
        ground: for the selections of jobs.
        basis: the graph, the settings in force, and what is known of the start.
        jobs: which run.
        arrivals: by source or pattern.
        start: when it begins.
        length: how long it goes on.
        options: everything else.
        before_run: called before each run; what it raises ends the simulation.

    Raises:
        SelectionError: the selection of a job cannot be read.
    """
    selected = {}
    for job in jobs:
        found = select_nodes(ground, job.select, job.exclude, job.selector or "")
        if found is not None:
            selected[job.name] = found.unique_ids
    sources = [key for key, node in basis.lineage.nodes.items() if node.kind == "source"]
    return simulate(
        basis.lineage,
        State(basis.state.records.values()),
        basis.present,
        jobs=jobs,
        arrivals=match_arrivals(arrivals, sources),
        durations=basis.durations,
        start=start,
        end=start + length,
        options=replace(options, selected=selected),
        before_run=before_run,
    )
