"""What a simulation takes for granted, and what somebody should look at before believing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from stateaware.plan.decision import Note
from stateaware.plan.lineage import Lineage
from stateaware.plan.state import Present
from stateaware.plan.words import span_words
from stateaware.simulate.arrivals import Arrival
from stateaware.simulate.cron import Cron
from stateaware.simulate.jobs import Job
from stateaware.simulate.loads import KINDS
from stateaware.simulate.options import SimulateOptions
from stateaware.simulate.schedule import After, Daily


def remarks(
    lineage: Lineage,
    present: Present,
    jobs: Sequence[Job],
    arrivals: Mapping[str, Arrival],
    durations: Mapping[str, timedelta],
    options: SimulateOptions,
) -> tuple[Note, ...]:
    """Notes about nodes, and about jobs as ``job.NAME``."""
    return (
        *_of_sources(lineage, arrivals, options),
        *_of_durations(lineage, durations, options),
        *_of_jobs(jobs, options),
    )


def _of_sources(
    lineage: Lineage, arrivals: Mapping[str, Arrival], options: SimulateOptions
) -> Iterator[Note]:
    if options.arrival is None:
        return
    words = arrival_words(options.arrival)
    for unique_id, node in lineage.nodes.items():
        if node.kind in KINDS and unique_id not in arrivals:
            yield Note("assumed", unique_id, f"it {words}: nobody says when it loads")


def arrival_words(arrival: Arrival) -> str:
    """``loads every 1 h``, ``loads by cron 0 6 * * *``, ``never loads``."""
    if arrival.every:
        text = f"loads every {span_words(arrival.every)}"
    elif arrival.cron is not None:
        text = f"loads by cron {arrival.cron.text}"
    elif arrival.times:
        text = f"loads {len(arrival.times)} times" if len(arrival.times) > 1 else "loads once"
        if arrival.repeat:
            text += f", and again every {span_words(arrival.repeat)}"
    else:
        return "never loads"
    if arrival.jitter:
        text += f", up to {span_words(arrival.jitter)} later"
    if arrival.late:
        text += f", {span_words(arrival.late_by)} late in {arrival.late:.0%} of all cases"
    return text + (f", not at all in {arrival.missing:.0%}" if arrival.missing else "")


def schedule_words(ends: Daily | Cron) -> str:
    """``ends by cron 0 6 * * *``, ``ends every 2 h``."""
    if isinstance(ends, Cron):
        return f"ends by cron {ends.text}"
    first, second = (*ends.seconds, *ends.seconds, 86400)[:2]
    return f"ends every {span_words((second - first) or 86400)}"


def _of_durations(
    lineage: Lineage, durations: Mapping[str, timedelta], options: SimulateOptions
) -> Iterator[Note]:
    for unique_id, node in lineage.nodes.items():
        built = node.traits.decided and node.enabled and node.materialized != "ephemeral"
        if built and unique_id not in durations:
            length = span_words(options.duration)
            yield Note("assumed", unique_id, f"its build takes {length}: no earlier build tells")


def _of_jobs(jobs: Sequence[Job], options: SimulateOptions) -> Iterator[Note]:
    for job in jobs:
        name = f"job.{job.name}"
        if job.efficient_testing:
            yield Note(
                "assumed", name, "efficient testing changes no build: which tests it saves is not simulated"
            )
        after = job.schedule
        if isinstance(after, After):
            if after.ends is not None:
                yield Note("assumed", name, f"{after.name} {schedule_words(after.ends)}, with {after.status}")
            if after.project is not None and after.ends is None and after.name not in options.completions:
                told = f"it never starts: nobody states when {after.name} ends"
                yield Note("warning", name, told)
            elif after.ends is not None and after.status not in after.on:
                told = f"it never starts: it waits for {' or '.join(after.on)} of {after.name}"
                yield Note("warning", name, told)
            elif after.project is None and after.on == ("error",):
                told = f"it never starts: it waits for an error of {after.job}, and here everything goes well"
                yield Note("warning", name, told)
            elif after.project is None and all(other.name != after.job for other in jobs):
                yield Note("warning", name, f"it never starts: there is no job {after.job}")
    targets = {job.target or "the default one": job.name for job in jobs}
    if len(targets) > 1:
        listed = ", ".join(f"{name}: {target}" for target, name in targets.items())
        yield Note(
            "warning",
            f"job.{jobs[0].name}",
            f"jobs have different targets ({listed}), and one state here: with dbt each build of one "
            "can look like changed code to the other",
        )
