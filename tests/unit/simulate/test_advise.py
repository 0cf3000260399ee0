"""Advice meets what is wanted with fewer builds, and says where nothing helps."""

from __future__ import annotations

from typing import Any

import pytest

from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import Options
from stateaware.simulate.advise import Want, advise
from stateaware.simulate.arrivals import Arrival
from stateaware.simulate.jobs import Job
from stateaware.simulate.results import Simulation
from stateaware.simulate.schedule import every
from unit.plan.shop import FCT, RAW, STG, hours, model, source
from unit.simulate.test_run import go

HOUR = 3600
ALSO = "model.shop.other"


def simulator(**values: Any) -> Any:
    def simulate(lineage: Lineage) -> Simulation:
        return go(*lineage.nodes.values(), length=48, **values)

    return simulate


@pytest.mark.parametrize(("key", "mode"), [("build_after", "recommended"), ("lag_tolerance", "state")])
def test_the_longest_window_that_keeps_data_fresh_enough(key: Any, mode: Any) -> None:
    lineage = Lineage([source(), model(STG, RAW), model(FCT, STG)])
    wanted = {FCT: Want(lag=4 * HOUR)}
    found = advise(lineage, simulator(plan=Options(mode=mode)), wanted, key=key, also=[STG])
    assert not found.unmet
    assert found.changes
    age = found.after.nodes[FCT].age
    assert age is not None
    assert age.worst_lag <= 4 * HOUR
    assert found.after.totals.builds <= 26


def test_what_no_window_can_meet_is_told_and_a_window_that_is_too_long_is_shortened() -> None:
    lineage = Lineage([source(), model(STG, RAW, build_after=hours(12)), model(FCT, STG)])
    found = advise(lineage, simulator(), {STG: Want(lag=2 * HOUR)})
    (advice,) = found.advice
    assert (advice.met, advice.before, advice.after) == (True, 12 * HOUR, 2 * HOUR)
    daily = advise(lineage, simulator(jobs=(Job("daily", every(86400)),)), {STG: Want(lag=HOUR)})
    assert [one.met for one in daily.advice] == [False]


def test_the_age_of_data_counts_its_loads_and_a_lag_does_not() -> None:
    lineage = Lineage([source(), model(STG, RAW)])
    loads = simulator(arrivals={RAW: Arrival(3 * HOUR)})
    age = advise(lineage, loads, {STG: Want(age=8 * HOUR)}).advice[0]
    lag = advise(lineage, loads, {STG: Want(lag=8 * HOUR)}).advice[0]
    assert (age.after, lag.after) == (6 * HOUR, 8 * HOUR)
    assert advise(lineage, loads, {STG: Want(age=2 * HOUR)}).unmet
    assert not advise(lineage, loads, {STG: Want(lag=2 * HOUR)}).unmet


def test_what_is_wanted_together_gets_one_value_also_where_one_of_them_could_wait_longer() -> None:
    lineage = Lineage([source(), model(STG, RAW), model(ALSO, RAW), model(FCT, STG)])
    wanted = dict.fromkeys((STG, ALSO, FCT), Want(lag=6 * HOUR))
    found = advise(lineage, simulator(), wanted, together=dict.fromkeys(wanted, "marts"))
    assert len({one.after for one in found.advice}) == 1
    assert not found.unmet
    alone = advise(lineage, simulator(), wanted)
    assert alone.after.totals.builds <= found.after.totals.builds
    assert found.tried < alone.tried


def test_a_node_keeps_what_it_has_where_nothing_else_saves_a_build() -> None:
    lineage = Lineage([source(), model(STG, RAW, build_after=hours(1)), model(FCT, STG)])
    daily = simulator(jobs=(Job("daily", every(86400)),))
    found = advise(lineage, daily, dict.fromkeys((STG, FCT), Want(lag=26 * HOUR)))
    assert [(one.before, one.after, one.met) for one in found.advice] == [
        (HOUR, HOUR, True),
        (None, None, True),
    ]


def test_what_no_run_builds_is_not_met() -> None:
    lineage = Lineage([source(), model(STG, RAW), model(FCT, STG)])
    job = Job("some", every(HOUR), select=("stg_orders",))
    found = advise(lineage, simulator(jobs=(job,), selected={"some": [STG]}), {FCT: Want(lag=HOUR)})
    assert [(one.unique_id, one.met, one.becomes) for one in found.advice] == [(FCT, False, None)]


def test_many_models_take_few_simulations() -> None:
    stagings = [model(f"model.shop.stg_{number}", RAW) for number in range(40)]
    marts = [model(f"model.shop.fct_{number}", f"model.shop.stg_{number}") for number in range(40)]
    lineage = Lineage([source(), *stagings, *marts])
    wanted = {one.unique_id: Want(lag=(4 if number % 2 else 8) * HOUR) for number, one in enumerate(marts)}
    folders = {one.unique_id: one.unique_id.split("_")[0] for one in (*stagings, *marts)}
    found = advise(
        lineage,
        simulator(),
        wanted,
        also=[one.unique_id for one in stagings],
        together=folders,
        patience=40,
    )
    assert not found.unmet
    assert found.tried <= 50
    assert found.after.totals.builds < found.before.totals.builds / 2
