"""What is stated on the command line, and what a plan makes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from stateaware.errors import UsageError
from stateaware.plan.assumed import Assumed, assume, parse_statement, parse_target
from stateaware.plan.decide import plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.state import NOTHING_SEEN, Present, State
from unit.plan.shop import FCT, NOW, RAW, STG, at_first, built, hours, model, seen, source, told

LINEAGE = Lineage([source(), model(STG, RAW), model(FCT, STG, build_after=hours(1))])


def stated(
    *texts: str, changed: tuple[str, ...] = (), state: State | None = None, now: Present = NOTHING_SEEN
) -> Assumed:
    statements = [parse_statement(text, NOW) for text in texts]
    known = State(complete=False) if state is None else state
    return assume(statements, map(parse_target, changed), LINEAGE, known, now)


def planned(assumed: Assumed) -> dict[str, tuple[str, str]]:
    return told(plan(LINEAGE, assumed.state, assumed.present, at=NOW).decisions)


@pytest.mark.parametrize(
    ("text", "event", "ago"),
    [
        ("source:raw.orders@2h", "loaded", timedelta(hours=2)),
        ("source:raw.orders@loaded:1h 30m", "loaded", timedelta(minutes=90)),
        ("model:stg_orders@built:30m", "built", timedelta(minutes=30)),
        ("model:orders.v2@0", "built", timedelta(0)),
        ("seed:codes@2026-11-22T09:00+01:00", "built", timedelta(hours=1)),
    ],
)
def test_a_statement(text: str, event: str, ago: timedelta) -> None:
    found = parse_statement(text, NOW)
    assert (found.event, NOW - found.at) == (event, ago)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--assume: `` cannot be read"),
        ("raw.orders@2h", "--assume: `raw.orders@2h` cannot be read"),
        ("source:raw.orders", "--assume: `source:raw.orders` cannot be read"),
        ("table:orders@2h", "--assume: `table` is no kind of node that can be stated"),
        ("source:raw.orders@built:2h", "--assume: a source is loaded, not `built`"),
        ("source:raw.orders@soon", "--assume: `soon` is neither a time like 2h nor a moment"),
        ("source:raw.orders@2026-11-22T08:00", "--assume: `2026-11-22T08:00` has no time zone"),
        (
            "source:raw.orders@2026-11-22T10:00Z",
            "`source:raw.orders@2026-11-22T10:00Z` lies after the moment",
        ),
    ],
)
def test_a_statement_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_statement(text, NOW)
    assert message in error.value.message
    assert error.value.remedy


def test_a_statement_before_the_calendar_begins_is_read() -> None:
    assert parse_statement("source:raw.orders@99999y", NOW).at.year == 1


@pytest.mark.parametrize("text", ["source:raw.orders", "model:", "a b", "test:x"])
def test_only_what_has_code_can_have_changed(text: str) -> None:
    with pytest.raises(UsageError, match="is no node with code"):
        parse_target(text)


def test_a_name_that_means_nothing_or_too_much() -> None:
    with pytest.raises(UsageError) as error:
        stated("model:stg_order@built:2h")
    assert error.value.message == "`model:stg_order`: there is no model stg_order"
    assert error.value.remedy == "Did you mean `stg_orders`?"
    twice = Lineage([model("model.shop.a"), model("model.pkg.a")])
    with pytest.raises(UsageError) as error:
        parse_target("a").find(twice)
    assert error.value.remedy == "Write which one: model:model.shop.a, model:model.pkg.a"
    assert parse_target("model:model.pkg.a").find(twice) == ["model.pkg.a"]


def test_a_plan_from_statements_alone() -> None:
    first = stated("source:raw.orders@10m", "model:stg_orders@built:30m", "model:fct_orders@built:20m")
    assert planned(first) == {
        "stg_orders": ("build", "new data in source raw.orders (08:50 UTC)"),
        "fct_orders": ("reuse", "new data, but built 20 min ago: may build from 09:40 UTC"),
    }
    second = stated("source:raw.orders@2h", "model:stg_orders@built:30m", "model:fct_orders@built:2h")
    assert planned(second) == {
        "stg_orders": ("reuse", "no parent has new data"),
        "fct_orders": ("build", "new data in stg_orders"),
    }
    assert [note.text for note in second.notes] == [
        "it was last loaded at 2026-11-22 07:00 UTC, as stated",
        "it was last built at 2026-11-22 08:30 UTC, as stated",
        "it was last built at 2026-11-22 07:00 UTC, as stated",
    ]


def test_statements_take_the_place_of_what_is_known() -> None:
    known = State([built(STG, 5, at_first(RAW)), built(FCT, 5, at_first(STG))])
    assert planned(stated("source:raw.orders@1m", state=known, now=seen()))["stg_orders"][0] == "build"
    assert planned(stated(changed=("fct_orders",), state=known, now=seen())) == {
        "stg_orders": ("reuse", "no parent has new data"),
        "fct_orders": ("build", "code changed"),
    }
    assert known.records[STG].own_version == f"{STG} at first"


def test_now_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="now has no time zone"):
        parse_statement("source:raw.orders@2h", datetime(2026, 11, 22))
