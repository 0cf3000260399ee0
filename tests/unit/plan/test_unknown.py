"""What is not known: dbt's rule where dbt will not know either, else an open decision or an assumption."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stateaware.plan.measured import How, Version
from stateaware.plan.nodes import Window
from stateaware.plan.state import Fingerprint, Present, Record, State
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
)

ONE = [source(), model(STG, RAW)]
OTHER = "source.shop.raw.rates"


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("view", "source raw.orders is a view without a loaded_at, so it counts as new"),
        ("failed", "source raw.orders cannot be measured, so it counts as new"),
        ("opted out", "source raw.orders has freshness: null and no loaded_at, so it counts as new"),
        ("always fresh", "source raw.orders is always fresh, so it counts as new"),
    ],
)
def test_what_dbt_cannot_measure_counts_as_new(how: How, text: str) -> None:
    decision = decide(ONE, [built(STG, 5, at_first(RAW))], seen(how=how))[STG]
    assert (decision.outcome, decision.reason, decision.text) == ("build", "NEW_DATA", text)


def test_a_view_is_warned_about_once() -> None:
    nodes = [*ONE, model(FCT, RAW)]
    records = [built(STG, 5, at_first(RAW)), built(FCT, 5, at_first(RAW))]
    (warning,) = make_plan(nodes, records, seen(how="view")).warnings
    assert warning.text == (
        "source raw.orders is a view without a loaded_at, so it counts as new in every run: "
        "the 2 nodes that read it can only be held back by a window"
    )
    assert make_plan(nodes, records, seen(how="opted out")).warnings == ()


def test_a_window_holds_back_what_counts_as_new() -> None:
    nodes = [source(), model(STG, RAW, build_after=hours(6))]
    assert decide(nodes, [built(STG, 5, at_first(RAW))], seen(how="view"))[STG].text == (
        "source raw.orders is a view without a loaded_at, so it counts as new, "
        "but built 5 h ago: may build from 10:00 UTC"
    )


def test_a_source_that_nobody_looked_at_leaves_it_open() -> None:
    present = Present(code={STG: C1})
    decision = decide(ONE, [built(STG, 5, at_first(RAW))], present)[STG]
    assert (decision.outcome, decision.text) == (
        "unknown",
        "depends on source raw.orders, which was not measured",
    )


def test_it_is_not_open_where_the_answer_would_not_matter() -> None:
    present = Present(code={STG: C1}, versions=newer())
    records = [built(STG, 5, at_first(RAW, OTHER))]
    parents = [source(), source(OTHER)]
    reasons = {
        waits: decide([*parents, model(STG, RAW, OTHER, build_after=Window(0, waits))], records, present)[
            STG
        ].reason
        for waits in ("any", "all")
    }
    assert reasons == {"any": "NEW_DATA", "all": "DATA_UNKNOWN"}
    waiting = decide(
        [*parents, model(STG, RAW, OTHER, build_after=hours(6))], records, Present(code={STG: C1})
    )
    assert (waiting[STG].reason, waiting[STG].text) == (
        "WITHIN_BUILD_AFTER",
        "built 5 h ago: may build from 10:00 UTC",
    )
    held = Present(code={STG: C1}, versions={RAW: Version(f"{RAW} at first", "metadata")})
    decision = decide([*parents, model(STG, RAW, OTHER, build_after=Window(0, "all"))], records, held)[STG]
    assert (decision.reason, decision.text) == (
        "NOT_ALL_UPSTREAMS_NEW",
        "no new data, at least not in source raw.orders: it waits for all parents",
    )


def test_a_new_parent_counts_as_changed() -> None:
    assert decide(ONE, [built(STG, 5, {OTHER: "x"})], seen())[STG].reason == "NEW_DATA"


def test_without_a_record_in_partial_state_nothing_is_claimed() -> None:
    nodes = [*ONE, model(FCT, STG)]
    found = decide(nodes, State([built(FCT, 5, at_first(STG))], complete=False), seen())
    assert {key: one.reason for key, one in found.items()} == {STG: "STATE_UNKNOWN", FCT: "DATA_UNKNOWN"}
    assert found[STG].text == "when it was last built is not known"


def test_code_that_cannot_be_compared_is_assumed_to_be_the_same_and_said_so() -> None:
    made = make_plan(ONE, [built(STG, 5, at_first(RAW))], seen(code=()))
    assert made.decisions[STG].reason == "NO_CHANGES"
    assert [note.text for note in made.assumptions] == ["its code is the same as when it was last built"]
    other = Present(seen().versions, {STG: Fingerprint("c1", scheme="another tool")})
    made = make_plan(ONE, [built(STG, 5, at_first(RAW))], other)
    assert [note.text for note in made.assumptions] == [
        "its code is the same: the fingerprint of its last build is of another kind"
    ]


def test_a_moved_relation_is_changed_code() -> None:
    record = built(STG, 5, at_first(RAW), fingerprint=Fingerprint("c1", relation="db.old.stg"))
    present = Present(seen().versions, {STG: Fingerprint("c1", relation="db.new.stg")})
    assert decide(ONE, [record], present)[STG].reason == "CODE_CHANGED"


@pytest.mark.parametrize(("minutes", "reason"), [(299, "NEW_DATA"), (301, "NO_CHANGES")])
def test_without_recorded_versions_the_times_are_compared(minutes: int, reason: str) -> None:
    record = Record(STG, NOW - timedelta(hours=5), fingerprint=C1)
    version = Version("x", "loaded_at_field", NOW - timedelta(minutes=minutes))
    made = make_plan(ONE, [record], seen(versions={RAW: version}))
    assert made.decisions[STG].reason == reason
    assert [note.text for note in made.assumptions] == [
        "it has read what its parents had before its last build: no versions were recorded"
    ]


def test_without_versions_and_times_it_is_open() -> None:
    record = Record(STG, NOW - timedelta(hours=5), fingerprint=C1)
    assert decide(ONE, [record], seen())[STG].reason == "DATA_UNKNOWN"


def test_a_window_that_cannot_be_told_matters_only_when_something_is_new() -> None:
    unknown = Window(None, unknown="its count is Jinja that needs the warehouse")
    nodes = [source(), model(STG, RAW, build_after=unknown)]
    records = [built(STG, 5, at_first(RAW))]
    assert decide(nodes, records, seen())[STG].reason == "NO_CHANGES"
    decision = decide(nodes, records, seen(versions=newer()))[STG]
    assert (decision.outcome, decision.text) == (
        "unknown",
        "new data in source raw.orders, but its build_after cannot be told: its count is Jinja that needs the warehouse",
    )
    assert decide(nodes, records, seen(changed=frozenset({STG})))[STG].reason == "CODE_CHANGED"


def test_what_could_not_be_read_about_a_node_is_an_assumption_of_its_decision() -> None:
    nodes = [source(), model(STG, RAW, materialized=None, assumed=("it is a table",))]
    (note,) = make_plan(nodes, [built(STG, 5, at_first(RAW))], seen()).assumptions
    assert (note.unique_id, note.text) == (STG, "it is a table")
