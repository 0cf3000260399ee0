"""The state after a plan was carried out."""

from __future__ import annotations

from datetime import timedelta

from stateaware.plan.advance import advance
from stateaware.plan.decide import plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.nodes import Node
from stateaware.plan.state import Fingerprint, Present, State
from unit.plan.shop import FCT, NOW, RAW, STG, at_first, built, hours, model, newer, seen, source

SEED = "seed.shop.codes"


def test_a_build_records_what_it_read_and_when_it_ended() -> None:
    lineage = Lineage([source(), model(STG, RAW), model(FCT, STG)])
    present = seen(versions=newer())
    made = plan(lineage, State(), present, at=NOW)
    state = advance(made, lineage, State(), present, {STG: timedelta(minutes=5)})
    stg, fct = state.records[STG], state.records[FCT]
    assert (stg.started_at, stg.completed_at) == (NOW, NOW + timedelta(minutes=5))
    assert stg.upstream == {RAW: f"{RAW} later"}
    assert fct.upstream == {STG: stg.own_version}
    assert fct.upstream_code == {STG: "c1"}
    assert fct.fingerprint == Fingerprint("c1")


def test_what_is_reused_stays_and_does_not_expire() -> None:
    lineage = Lineage([source(), model(STG, RAW, build_after=hours(4))])
    old = built(STG, 1, at_first(RAW), touched_at=NOW - timedelta(days=2))
    state = State([old])
    made = plan(lineage, state, seen(versions=newer()), at=NOW)
    record = advance(made, lineage, state, seen(versions=newer())).records[STG]
    assert (record.completed_at, record.own_version) == (old.completed_at, old.own_version)
    assert record.upstream == at_first(RAW)
    assert record.touched_at == NOW
    assert state.records[STG].touched_at == old.touched_at


def test_a_reload_of_the_same_seed_is_no_new_data() -> None:
    lineage = Lineage([Node(SEED, kind="seed", materialized="seed"), model(FCT, SEED)])
    present = Present(code={SEED: Fingerprint("file"), FCT: Fingerprint("c1")})
    state = advance(plan(lineage, State(), present, at=NOW), lineage, State(), present)
    failed = state.updated([built(SEED, 0, status="error", own_version="file")])
    made = plan(lineage, failed, present, at=NOW + timedelta(hours=1), selected={SEED})
    state = advance(made, lineage, failed, present)
    assert made.having("build") == (SEED,)
    later = plan(lineage, state, present, at=NOW + timedelta(hours=2))
    assert later.having("reuse") == (SEED, FCT)
