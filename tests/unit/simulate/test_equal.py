"""The fast simulation comes out as the plain one does; and one run of it as a plan."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stateaware.simulate.results import Simulation
from unit.simulate.plain import Case

numbers = st.integers(0, 2**32)


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


@settings(max_examples=250, deadline=None)
@given(numbers)
def test_deciding_only_what_may_have_changed_gives_what_planning_everything_gives(number: int) -> None:
    case = Case.of(number)
    fast, plain = case.simulate(), case.plainly()
    assert [(run.job, run.at, run.end, run.status) for run in fast.runs] == plain.spans
    # members of a cycle have a decision in a plan, and no run can carry it out
    for found, expected in zip(reasons(fast), plain.reasons, strict=True):
        assert found == expected
    assert fast.state == plain.state
    for run, expected in zip(fast.runs, plain.reasons, strict=True):
        assert run.builds + run.reuses + run.others <= len(expected)
