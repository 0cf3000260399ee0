"""Advice meets what is wanted with fewer builds, and says where nothing helps."""

from __future__ import annotations

from typing import Any

import pytest

from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import Options
from stateaware.simulate.advise import advise
from stateaware.simulate.jobs import Job
from stateaware.simulate.results import Simulation
from stateaware.simulate.schedule import every
from unit.plan.shop import FCT, RAW, STG, hours, model, source
from unit.simulate.test_run import go


def simulator(**values: Any) -> Any:
    def simulate(lineage: Lineage) -> Simulation:
        return go(*lineage.nodes.values(), length=48, **values)

    return simulate


@pytest.mark.parametrize(("key", "mode"), [("build_after", "recommended"), ("lag_tolerance", "state")])
def test_the_longest_window_that_keeps_data_fresh_enough(key: Any, mode: Any) -> None:
    lineage = Lineage([source(), model(STG, RAW), model(FCT, STG)])
    found = advise(lineage, simulator(plan=Options(mode=mode)), {FCT: 4 * 3600}, key=key, also=[STG])
    assert all(one.met for one in found.advice)
    assert any(one.changes for one in found.advice)
    age = found.after.nodes[FCT].age
    assert age is not None
    assert age.worst_lag <= 4 * 3600
    assert found.after.totals.builds <= 26


def test_what_no_window_can_meet_is_told_and_a_window_that_is_too_long_is_shortened() -> None:
    lineage = Lineage([source(), model(STG, RAW, build_after=hours(12)), model(FCT, STG)])
    found = advise(lineage, simulator(), {STG: 2 * 3600})
    (advice,) = found.advice
    assert (advice.met, advice.before, advice.after) == (True, 12 * 3600, 3 * 3600)
    daily = advise(lineage, simulator(jobs=(Job("daily", every(86400)),)), {STG: 3600})
    assert [one.met for one in daily.advice] == [False]
