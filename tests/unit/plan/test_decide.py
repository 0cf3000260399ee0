"""Decisions about chains of nodes: what one decision does to the next, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stateaware.plan.measured import Version
from stateaware.plan.nodes import Node, Window
from stateaware.plan.state import Fingerprint, Present, State
from unit.plan.shop import (
    C1,
    FCT,
    NOW,
    RAW,
    STG,
    at_first,
    built,
    decide,
    hours,
    make_plan,
    model,
    newer,
    seen,
    source,
    told,
)

CHAIN = [source(), model(STG, RAW), model(FCT, STG)]
DONE = [built(STG, 5, at_first(RAW)), built(FCT, 5, at_first(STG))]


def test_new_data_reaches_the_children_of_what_is_built() -> None:
    present = seen(versions={RAW: Version("2026-11-22T08:55:00Z", "loaded_at_field")})
    records = [built(STG, 5, {RAW: "2026-11-22T07:50:00+00:00"}), built(FCT, 5, at_first(STG))]
    assert told(decide(CHAIN, records, present)) == {
        "stg_orders": ("build", "new data in source raw.orders (08:55, was 07:50 UTC)"),
        "fct_orders": ("build", "stg_orders is built in this run"),
    }


def test_a_parent_that_waits_holds_back_its_children() -> None:
    nodes = [source(), model(STG, RAW, build_after=hours(6)), model(FCT, STG)]
    found = decide(nodes, DONE, seen(versions=newer()))
    assert told(found) == {
        "stg_orders": ("reuse", "new data, but built 5 h ago: may build from 10:00 UTC"),
        "fct_orders": ("reuse", "no parent has new data"),
    }
    assert found[STG].left == timedelta(hours=1)
    assert (
        found[STG].dbt_text
        == "New changes detected. Did not meet build_after of 6 hours. Last updated 5 h ago"
    )


def test_the_window_left_is_told_of_what_has_nothing_new_too() -> None:
    nodes = [source(), model(STG, RAW, build_after=hours(6))]
    decision = decide(nodes, DONE[:1], seen())[STG]
    assert (decision.reason, decision.eligible_at) == ("NO_CHANGES", NOW + timedelta(hours=1))


def test_changes_name_versions_and_how_they_were_measured() -> None:
    (change,) = decide(CHAIN, DONE, seen(versions=newer()))[STG].changes
    assert (change.upstream, change.then, change.now) == (RAW, f"{RAW} at first", f"{RAW} later")
    assert (change.how, change.certain) == ("loaded_at_field", True)


def test_a_rebuild_by_another_job_is_new_data() -> None:
    records = [built(STG, 1, at_first(RAW), own_version="second"), DONE[1]]
    assert told(decide(CHAIN, records, seen())) == {
        "stg_orders": ("reuse", "no parent has new data"),
        "fct_orders": ("build", "new data in stg_orders"),
    }


def test_what_is_not_selected_keeps_its_stored_version() -> None:
    assert told(decide(CHAIN, DONE, seen(versions=newer()), selected={FCT})) == {
        "fct_orders": ("reuse", "no parent has new data")
    }


def test_a_failed_parent_skips_everything_below() -> None:
    below = "model.shop.report"
    nodes = [*CHAIN, model(below, FCT)]
    records = [*DONE, built(below, 5, at_first(FCT))]
    assert told(
        decide(nodes, records, seen(failed=frozenset({STG}), code=(FCT, below)), selected={FCT, below})
    ) == {
        "fct_orders": ("skip", "stg_orders failed or was skipped in this run"),
        "report": ("skip", "fct_orders failed or was skipped in this run"),
    }


def test_a_failed_view_skips_what_reads_it_under_state_too() -> None:
    nodes = [source(), model(STG, RAW, materialized="view"), model(FCT, STG)]
    found = decide(nodes, DONE, seen(failed=frozenset({STG})), selected={FCT}, mode="state")
    assert found[FCT].reason == "UPSTREAM_FAILED"


def test_ephemeral_parents_are_replaced_by_what_they_read() -> None:
    between = "model.shop.between"
    nodes = [
        source(),
        model(STG, RAW, materialized="ephemeral"),
        model(between, STG, materialized="ephemeral"),
        model(FCT, between),
    ]
    found = decide(nodes, [built(FCT, 5, at_first(RAW))], seen(versions=newer()))
    assert told(found) == {
        "stg_orders": ("inline", "is ephemeral: its code becomes part of the models that read it"),
        "between": ("inline", "is ephemeral: its code becomes part of the models that read it"),
        "fct_orders": ("build", "new data in source raw.orders"),
    }


def test_dbt_state_looks_through_views_and_sao_does_not() -> None:
    nodes = [source(), model(STG, RAW, materialized="view"), model(FCT, STG)]
    records = [built(STG, 5, at_first(RAW)), built(FCT, 5, at_first(RAW))]
    found = decide(nodes, records, seen(versions=newer()), mode="state")
    assert {key: one.reason for key, one in found.items()} == {STG: "NO_CHANGES", FCT: "NEW_DATA"}
    found = decide(nodes, DONE, seen(versions=newer()), mode="sao")
    assert {key: one.reason for key, one in found.items()} == {STG: "NEW_DATA", FCT: "NEW_DATA"}


def test_a_changed_view_builds_what_reads_it_under_state_even_in_the_window() -> None:
    view = "model.shop.view"
    nodes = [
        source(),
        model(view, RAW, materialized="view"),
        model(STG, view, materialized="view"),
        model(FCT, STG),
    ]
    records = [built(view, 0.1), built(STG, 0.1), built(FCT, 0.1, at_first(RAW))]
    present = seen(code=(STG, FCT), changed=frozenset({view}))
    assert told(decide(nodes, records, present, mode="state")) == {
        "view": ("build", "code changed"),
        "stg_orders": ("build", "code changed in view"),
        "fct_orders": ("build", "code changed in stg_orders"),
    }


def test_a_python_model_is_built_in_every_run_and_is_new_for_its_children() -> None:
    nodes = [source(), model(STG, RAW, language="python", build_after=hours(24)), model(FCT, STG)]
    assert told(decide(nodes, DONE, seen())) == {
        "stg_orders": ("build", "is a Python model, which is built in every run"),
        "fct_orders": ("build", "stg_orders is built in this run"),
    }


def test_a_disabled_model_is_not_in_the_plan_and_what_reads_it_says_so() -> None:
    nodes = [source(), model(STG, RAW, enabled=False), model(FCT, STG)]
    made = make_plan(nodes, [built(FCT, 5, at_first(STG))], seen())
    assert told(made.decisions) == {
        "stg_orders": ("absent", "is switched off (enabled: false)"),
        "fct_orders": ("unknown", "depends on stg_orders, which is not known"),
    }
    (warning,) = made.warnings
    assert warning.text == "stg_orders is not known: it is read, and dbt stops where it does not exist"


@pytest.mark.parametrize("kind", ["seed", "snapshot"])
def test_seeds_and_snapshots_are_upstreams_with_a_version(kind: str) -> None:
    parent = f"{kind}.shop.codes"
    nodes = [Node(parent, kind=kind, materialized=kind), model(FCT, parent)]
    records = [built(parent, 5), built(FCT, 5, at_first(parent))]
    assert told(decide(nodes, records, seen(code=(parent, FCT)))) == {
        "codes": ("reuse", "nothing has changed"),
        "fct_orders": ("reuse", "no parent has new data"),
    }
    present = Present(code={parent: Fingerprint("other file"), FCT: C1})
    assert told(decide(nodes, records, present))["fct_orders"] == (
        "build",
        f"{kind} codes is built in this run",
    )


def test_an_incremental_model_is_a_table_for_this() -> None:
    nodes = [source(), model(STG, RAW, materialized="incremental")]
    assert decide(nodes, DONE[:1], seen())[STG].reason == "NO_CHANGES"
    assert decide(nodes, DONE[:1], seen(), full_refresh=True)[STG].reason == "FULL_REFRESH"


def test_full_refresh_false_protects_a_model() -> None:
    nodes = [source(), model(STG, RAW, materialized="incremental", full_refresh=False)]
    assert decide(nodes, DONE[:1], seen(), full_refresh=True)[STG].reason == "NO_CHANGES"


def test_a_materialization_of_ones_own_is_built_under_state_only() -> None:
    nodes = [source(), model(STG, RAW, materialized="my_merge")]
    found = {
        mode: decide(nodes, DONE[:1], seen(), mode=mode)[STG].reason for mode in ("recommended", "state")
    }
    assert found == {"recommended": "NO_CHANGES", "state": "CUSTOM_NOT_REUSABLE"}


@pytest.mark.parametrize("status", ["error", "killed", "partial success"])
def test_a_failed_last_build_counts_for_nothing(status: str) -> None:
    nodes = [source(), model(STG, RAW, build_after=hours(24))]
    decision = decide(nodes, [built(STG, 1, at_first(RAW), status=status)], seen())[STG]
    assert (decision.outcome, decision.text, decision.built_at) == ("build", "its last build failed", None)


def test_what_another_job_builds_just_now_is_open() -> None:
    nodes = [source(), model(STG, RAW), model(FCT, STG)]
    found = decide(nodes, [built(STG, 0, status="running"), DONE[1]], seen())
    assert told(found) == {
        "stg_orders": ("unknown", "another job is building it: dbt waits for that, and decides then"),
        "fct_orders": ("unknown", "depends on stg_orders, whose own decision is open"),
    }


def test_a_renamed_model_was_never_built() -> None:
    assert (
        decide([source(), model(STG, RAW)], [built("model.shop.old_name", 1)], seen())[STG].reason
        == "FIRST_BUILD"
    )


def test_a_cleared_cache_builds_everything() -> None:
    assert {one.reason for one in decide(CHAIN, DONE, seen(), cache_cleared=True).values()} == {"FIRST_BUILD"}


def test_state_that_was_used_lately_does_not_expire() -> None:
    nodes = [source(), model(STG, RAW)]
    old = built(STG, 40 * 24, at_first(RAW))
    used = built(STG, 40 * 24, at_first(RAW), touched_at=NOW - timedelta(days=29))
    assert decide(nodes, [old], seen())[STG].reason == "STATE_EXPIRED"
    assert decide(nodes, [used], seen())[STG].reason == "NO_CHANGES"
    assert decide(nodes, [old], seen(), mode="state")[STG].reason == "NO_CHANGES"


def test_a_cycle_is_told_and_ends() -> None:
    below = "model.shop.below"
    nodes = [model(STG, FCT), model(FCT, STG), model(below, FCT), source()]
    found = decide(nodes, DONE, seen())
    assert {one.reason for one in found.values()} == {"CYCLE"}
    assert list(found) == [below, FCT, STG]


def test_exposures_and_sources_get_no_decision() -> None:
    nodes = [source(), Node("exposure.shop.board", kind="exposure", parents=(RAW,))]
    assert decide(nodes, [], seen()) == {}


def test_sao_reuses_a_test_with_what_it_tests_and_recommended_runs_a_new_one() -> None:
    test = "test.shop.not_null_stg_orders_id"
    nodes = [*CHAIN[:2], Node(test, kind="test", parents=(STG,), materialized="test")]
    found = {mode: decide(nodes, DONE[:1], seen(), mode=mode)[test].reason for mode in ("sao", "recommended")}
    assert found == {"sao": "PARENT_REUSED", "recommended": "FIRST_BUILD"}


def test_a_failed_test_runs_again_and_a_passed_one_with_new_data() -> None:
    test = "test.shop.not_null_stg_orders_id"
    nodes = [*CHAIN[:2], Node(test, kind="test", parents=(STG,), materialized="test")]
    passed = [DONE[0], built(test, 5, at_first(STG))]
    failed = [DONE[0], built(test, 5, at_first(STG), status="error")]
    assert decide(nodes, passed, seen(code=(STG, test)))[test].reason == "NO_CHANGES"
    assert decide(nodes, failed, seen(code=(STG, test)))[test].reason == "LAST_BUILD_FAILED"
    assert decide(nodes, passed, seen(code=(STG, test), versions=newer()))[test].reason == "NEW_DATA"


def test_a_null_falls_back_to_the_default() -> None:
    nodes = [source(), model(STG, RAW, build_after=None)]
    assert decide(nodes, [built(STG, 0.1, at_first(RAW))], seen(versions=newer()))[STG].reason == "NEW_DATA"


def test_updates_on_all_without_an_interval_waits_for_parents_only() -> None:
    other = "source.shop.raw.rates"
    nodes = [source(), source(other), model(STG, RAW, other, build_after=Window(None, "all"))]
    records = [built(STG, 0.1, at_first(RAW, other))]
    versions = {other: Version(f"{other} at first", "metadata")}
    assert told(decide(nodes, records, seen(versions={**versions, **newer()})))["stg_orders"] == (
        "reuse",
        "new data in source raw.orders, but not in source raw.rates: it waits for all parents",
    )
    assert decide(nodes, records, seen(versions={**newer(), **newer(other)}))[STG].reason == "NEW_DATA"


def test_code_in_the_window_waits_under_sao_and_is_built_otherwise() -> None:
    nodes = [source(), model(STG, RAW, build_after=hours(24))]
    present = seen(changed=frozenset({STG}))
    found = {
        mode: decide(nodes, DONE[:1], present, mode=mode)[STG] for mode in ("sao", "recommended", "state")
    }
    assert {mode: one.reason for mode, one in found.items()} == {
        "sao": "WITHIN_BUILD_AFTER",
        "recommended": "CODE_CHANGED",
        "state": "CODE_CHANGED",
    }
    assert found["sao"].text == "code changed, but built 5 h ago: may build from 2026-11-23 04:00 UTC"


def test_sao_notices_no_dropped_table() -> None:
    present = seen(missing_relations=frozenset({STG}))
    found = {
        mode: decide(CHAIN[:2], DONE[:1], present, mode=mode)[STG].reason for mode in ("sao", "recommended")
    }
    assert found == {"sao": "NO_CHANGES", "recommended": "RELATION_MISSING"}


def test_state_takes_lag_tolerance_then_build_after_then_45_minutes() -> None:
    from stateaware.plan.decide import window_of
    from stateaware.plan.modes import MODES
    from stateaware.plan.nodes import StateConfig

    tolerance = Window(7200, key="lag_tolerance")
    cases = [
        (model(STG), 2700, "any"),
        (model(STG, build_after=hours(4, "all")), 14400, "all"),
        (model(STG, build_after=Window(None, "all")), 2700, "all"),
        (model(STG, build_after=hours(4, "all"), state=StateConfig(tolerance)), 7200, "all"),
        (model(STG, build_after=hours(4, "all"), state=StateConfig(tolerance, "any")), 7200, "any"),
    ]
    for node, seconds, waits in cases:
        window = window_of(node, MODES["state"])
        assert (window.seconds, window.waits) == (seconds, waits)


def test_counts_and_selections_of_a_plan() -> None:
    made = make_plan(CHAIN, State([DONE[0]]), seen())
    assert (dict(made.counts), made.having("build", "clone")) == ({"reuse": 1, "build": 1}, (FCT,))
