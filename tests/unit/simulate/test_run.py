"""What a simulation tells: drift of windows, starvation, chains, overlaps, ages."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import Options
from stateaware.plan.nodes import Node
from stateaware.plan.state import State
from stateaware.simulate.arrivals import HOURLY, NEVER, Arrival
from stateaware.simulate.compare import compare
from stateaware.simulate.jobs import Job
from stateaware.simulate.options import Completion, SimulateOptions
from stateaware.simulate.results import Simulation
from stateaware.simulate.run import simulate
from stateaware.simulate.schedule import After, every
from unit.plan.shop import FCT, RAW, STG, hours, model, source

MONDAY = datetime(2026, 3, 2, tzinfo=timezone.utc)
HOUR = Job("hourly", every(3600))
OTHER = "source.shop.raw.codes"


def go(*nodes: Node, jobs: Any = (HOUR,), took: Any = None, length: float = 24, **values: Any) -> Simulation:
    return simulate(
        Lineage(nodes),
        State(),
        jobs=jobs,
        arrivals=values.pop("arrivals", {}),
        durations={key: timedelta(minutes=minutes) for key, minutes in (took or {}).items()},
        start=MONDAY,
        end=MONDAY + timedelta(hours=length),
        options=SimulateOptions(**{"duration": 0.0, **values}),
    )


def built(simulation: Simulation, unique_id: str) -> list[float]:
    return [
        (event.at - MONDAY).total_seconds() / 3600
        for event in simulation.events(unique_id)
        if event.outcome == "build" and not event.cut
    ]


@pytest.mark.parametrize(
    ("minutes", "anchor", "expected"),
    [
        (0, "completed", [0, 4, 8, 12, 16, 20]),
        (5, "completed", [0, 5, 10, 15, 20]),
        (5, "started", [0, 4, 8, 12, 16, 20]),
    ],
)
def test_a_window_counts_from_the_end_of_the_build_and_drifts(
    minutes: int, anchor: Any, expected: list[int]
) -> None:
    node = model(STG, RAW, build_after=hours(4))
    simulation = go(source(), node, took={STG: minutes}, plan=Options(mode="sao", anchor=anchor))
    assert built(simulation, STG) == expected
    result = simulation.nodes[STG]
    assert (result.runs, result.builds, result.reuses) == (24, len(expected), 24 - len(expected))
    assert (result.seconds, result.seconds_without) == (60 * minutes * len(expected), 60 * minutes * 24)
    assert simulation.totals.builds == len(expected)


def test_one_static_parent_starves_what_waits_for_all() -> None:
    nodes = source(), source(OTHER), model(STG, RAW, OTHER, build_after=hours(0, "all")), model(FCT, STG)
    simulation = go(*nodes, arrivals={OTHER: NEVER})
    assert simulation.starved == (STG,)
    assert simulation.never_built == (STG, FCT)
    every_time = go(source(), source(OTHER), model(STG, RAW, OTHER), arrivals={OTHER: NEVER})
    assert every_time.always_built == (STG,)


def test_starts_that_come_while_the_job_runs_collapse_into_one() -> None:
    simulation = go(source(), model(STG, RAW), took={STG: 150}, length=6)
    assert [(run.at.hour, run.at.minute, run.collapsed) for run in simulation.runs] == [
        (0, 0, 0),
        (2, 30, 1),
        (5, 0, 1),
    ]


def test_jobs_wait_for_what_another_builds_and_see_the_rest_as_it_was() -> None:
    jobs = Job("a", every(86400)), Job("b", every(86400, 600), select=("all",))
    nodes = source(), model(STG, RAW), model(FCT, STG)
    simulation = go(*nodes, jobs=jobs, took={STG: 60, FCT: 10}, selected={"b": {STG, FCT}})
    assert [(run.job, run.end.hour, run.end.minute, run.builds) for run in simulation.runs] == [
        ("a", 1, 10, 2),
        ("b", 1, 10, 0),
    ]
    alone = go(*nodes, jobs=jobs, took={STG: 60, FCT: 10}, selected={"b": {FCT}})
    assert [(run.end.hour, run.end.minute) for run in alone.runs] == [(1, 10), (1, 10)]


def test_a_chain_follows_the_end_and_the_status() -> None:
    jobs = (
        Job("a", every(86400), timeout=1800),
        Job("b", After("a", on=("cancelled",))),
        Job("c", After("a")),
        Job("d", After("ingest", "raw")),
    )
    stated = {
        "raw.ingest": (
            Completion(MONDAY + timedelta(hours=5)),
            Completion(MONDAY + timedelta(hours=6), "error"),
        )
    }
    simulation = go(source(), model(STG, RAW), jobs=jobs, took={STG: 60}, completions=stated)
    assert [(run.job, run.at.hour, run.at.minute, run.status) for run in simulation.runs] == [
        ("a", 0, 0, "cancelled"),
        ("b", 0, 30, "success"),
        ("d", 5, 0, "success"),
    ]
    assert [(event.reason, event.cut) for event in simulation.events(STG)][:2] == [
        ("FIRST_BUILD", True),
        ("LAST_BUILD_FAILED", False),
    ]


def test_ages_are_those_of_the_newest_load_that_came_through() -> None:
    simulation = go(source(), model(STG, RAW, build_after=hours(4)), model(FCT, STG))
    age = simulation.nodes[FCT].age
    assert age is not None
    assert (age.worst_age, age.worst_lag) == (4 * 3600, 3 * 3600)
    assert age.mean_age == 2 * 3600


def test_what_is_assumed_is_said() -> None:
    simulation = go(source(), model(STG, RAW), jobs=(Job("late", After("ingest", "raw")),))
    assert {(note.kind, note.unique_id, note.text) for note in simulation.notes} == {
        ("assumed", RAW, "it loads every 1 h: nobody says when it loads"),
        ("assumed", STG, "its build takes 0 s: no earlier build tells"),
        ("warning", "job.late", "it never starts: nobody states when raw.ingest ends"),
    }


def test_two_simulations_side_by_side() -> None:
    before, after = go(source(), model(STG, RAW)), go(source(), model(STG, RAW, build_after=hours(4)))
    comparison = compare(before, after)
    assert [one.unique_id for one in comparison.changed] == [STG]
    assert comparison.totals["builds"].more == 6 - 24
    assert comparison.nodes[STG].worst_lag.after == 3 * 3600


def test_lateness_is_the_same_every_time_and_a_longer_time_begins_alike() -> None:
    arrival = Arrival(3600, late=0.3, late_by=1800, missing=0.2, jitter=600)
    nodes = source(), model(STG, RAW)
    first, again = (go(*nodes, arrivals={RAW: arrival}, seed=7) for _ in range(2))
    longer = go(*nodes, arrivals={RAW: arrival}, seed=7, length=48)
    assert first.runs == again.runs
    assert first.events(STG) == longer.events(STG)[: len(first.events(STG))]
    assert first.loads[RAW] != go(*nodes, arrivals={RAW: arrival}, seed=8).loads[RAW]
    assert HOURLY.every == 3600
