"""A simulation of a project: jobs and arrivals out of the settings, all else out of a basis."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from stateaware.errors import UsageError, suggest
from stateaware.forecast.basis import Basis
from stateaware.forecast.origin import Ground
from stateaware.forecast.selecting import select_nodes
from stateaware.plan.state import State
from stateaware.records import replace
from stateaware.simulate.arrivals import NEVER, Arrival, match_arrivals, read_arrivals, with_history
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
        name, _, when = (part.strip() for part in text.partition("="))
        name = name.removeprefix("source:")
        if when == "never":
            found[name] = NEVER
            continue
        try:
            key = "cron" if when.startswith("@") or len(when.split()) == 5 else "every"
            found.update(read_arrivals({name: {key: when}}))
        except TableError as error:
            remedy = "Like these: raw.orders=15m, 'raw.*=0 6 * * *', raw.stores=never"
            raise UsageError(f"--arrival: `{text}` {error.message}", remedy) from None
    return found


def with_loads(arrivals: Mapping[str, Arrival]) -> dict[str, Arrival]:
    """The arrivals with the loads of history read; those of which there is none stay as they are.

    Raises:
        ArtifactError: a file cannot be used.
    """

    def read(paths: tuple[str, ...]) -> Mapping[str, Sequence[datetime]]:
        from stateaware.artifacts.sources import read_sources

        return read_sources(map(Path, paths)).arrivals

    return with_history(arrivals, read)


def select_for_jobs(ground: Ground, jobs: Sequence[Job]) -> dict[str, Collection[str]]:
    """The unique_ids that each job takes which selects, by its name.

    Raises:
        SelectionError: a selection cannot be read.
    """
    selected: dict[str, Collection[str]] = {}
    for job in jobs:
        found = select_nodes(ground, job.select, job.exclude, job.selector or "")
        if found is not None:
            selected[job.name] = found.unique_ids
    return selected


def run_scenario(
    ground: Ground,
    basis: Basis,
    jobs: Sequence[Job],
    arrivals: Mapping[str, Arrival],
    *,
    start: datetime,
    length: timedelta,
    options: SimulateOptions,
    selected: Mapping[str, Collection[str]] | None = None,
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
        selected: what each job takes, from `select_for_jobs`; None to work it out here.
        before_run: called before each run; what it raises ends the simulation.

    Raises:
        SelectionError: the selection of a job cannot be read.
    """
    chosen = select_for_jobs(ground, jobs) if selected is None else selected
    sources = [key for key, node in basis.lineage.nodes.items() if node.kind == "source"]
    return simulate(
        basis.lineage,
        State(basis.state.records.values()),
        basis.present,
        jobs=jobs,
        arrivals=match_arrivals(with_loads(arrivals), sources),
        durations=basis.durations,
        start=start,
        end=start + length,
        options=replace(options, selected=chosen),
        before_run=before_run,
    )
