"""The fast simulation comes out as the plain one does; and one run of it as a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stateaware.plan.advance import advance
from stateaware.plan.lineage import Lineage
from stateaware.simulate.jobs import Job
from stateaware.simulate.options import SimulateOptions
from stateaware.simulate.results import Simulation
from stateaware.simulate.schedule import every
from unit.plan.worlds import NOW, World, settled, worlds
from unit.simulate.plain import Case

numbers = st.integers(0, 2**32)
MOST_RUNS = 500
"""The plain way takes half a minute for thousands."""


def reasons(simulation: Simulation) -> list[dict[str, str]]:
    """By run, the reason of each node, marked where a timeout cut it off."""
    numbers = {(run.at, run.job, run.number): run.number for run in simulation.runs}
    found: list[dict[str, str]] = [{} for _ in numbers]
    places: dict[tuple[object, str], list[int]] = {}
    for run in simulation.runs:
        places.setdefault((run.at, run.job), []).append(run.number)
    for unique_id in simulation.nodes:
        left = {key: list(runs) for key, runs in places.items()}
        for event in simulation.events(unique_id):
            number = left[event.at, event.job].pop(0)
            found[number][unique_id] = f"cut: {event.reason}" if event.cut else event.reason
    return found


@settings(max_examples=60, deadline=None)
@given(numbers)
def test_deciding_only_what_may_have_changed_gives_what_planning_everything_gives(number: int) -> None:
    case = Case.of(number)
    fast = case.simulate()
    assume(len(fast.runs) <= MOST_RUNS)
    plain = case.plainly()
    assert [(run.job, run.at, run.end, run.status) for run in fast.runs] == plain.spans
    # members of a cycle have a decision in a plan, and no run can carry it out
    for found, expected in zip(reasons(fast), plain.reasons, strict=True):
        assert found == expected
    assert fast.state == plain.state
    for run, expected in zip(fast.runs, plain.reasons, strict=True):
        assert run.builds + run.reuses + run.others <= len(expected)


@settings(max_examples=250, deadline=None)
@given(worlds)
def test_one_run_is_a_plan(world: World) -> None:
    """For a job that takes everything, and sources that are as they are seen."""
    case = Case(
        world,
        (Job("once", every(86400, 5400)),),
        {},
        {},
        NOW + timedelta(hours=1),
        SimulateOptions(plan=world.options, arrival=None, duration=0.0),
    )
    made = replace(world, selected=None).plan()
    simulation = case.simulate()
    assert reasons(simulation) == [
        {key: one.reason for key, one in made.decisions.items() if one.reason != "CYCLE"}
    ]
    assert simulation.state == advance(made, Lineage(world.nodes), world.state, world.present)


@settings(max_examples=150, deadline=None)
@given(settled, numbers)
def test_all_builds_no_more_than_any_in_one_run(world: World, number: int) -> None:
    def built(one: World) -> set[str]:
        case = replace(
            Case.of(number, one), jobs=(Job("once", every(86400, 5400)),), end=NOW + timedelta(hours=1)
        )
        simulation = case.simulate()
        return {key for key, node in simulation.nodes.items() if node.builds}

    assert built(world.waiting("all")) <= built(world.waiting("any"))


@settings(max_examples=50, deadline=None)
@given(numbers)
def test_the_same_arguments_give_the_same_simulation(number: int) -> None:
    first, second = Case.of(number).simulate(), Case.of(number).simulate()
    assert first.runs == second.runs
    assert first.nodes == second.nodes
    assert first.state == second.state
    assert first.notes == second.notes
