"""Moments: zones, borders of the calendar, days of 24 hours."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from stateaware.errors import UsageError
from stateaware.plan.clock import EARLIEST, LATEST, aware, later, parse_moment
from stateaware.plan.nodes import Window
from stateaware.plan.state import Record, State
from stateaware.plan.words import moment_words, named, span_words
from unit.plan.shop import (
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

NAIVE = datetime(2026, 11, 22, 9, 0)


def test_naive_moments_are_refused_where_they_come_in() -> None:
    with pytest.raises(ValueError, match="the moment of the plan has no time zone"):
        make_plan([], [], seen(), at=NAIVE)
    with pytest.raises(ValueError, match=r"completed_at of model\.shop\.stg_orders has no time zone"):
        State([Record(STG, NAIVE)])
    with pytest.raises(ValueError, match="touched_at of"):
        State([Record(STG, NOW, touched_at=NAIVE)])
    with pytest.raises(UsageError, match="--at: `2026-11-22T09:00` has no time zone") as error:
        parse_moment("2026-11-22T09:00", "--at")
    assert error.value.remedy == "Add it: 2026-11-22T09:00Z for UTC"
    with pytest.raises(UsageError) as error:
        parse_moment("2026-11-22", "--at")
    assert error.value.remedy == "Write it: 2026-11-22T00:00Z"
    with pytest.raises(UsageError, match="`soon` is no moment"):
        parse_moment("soon", "--at")


@pytest.mark.parametrize(
    "text", ["2026-11-22T09:00Z", " 2026-11-22 09:00:00+00:00", "2026-11-22T10:00+01:00"]
)
def test_every_moment_is_kept_in_utc(text: str) -> None:
    moment = parse_moment(text, "--at")
    assert (moment, moment.utcoffset()) == (NOW, timedelta(0))


def test_year_one_and_the_end_of_the_calendar_do_not_overflow() -> None:
    assert parse_moment("0001-01-01T00:00:00+05:00", "x") == EARLIEST
    assert aware(datetime.max.replace(tzinfo=timezone(-timedelta(hours=5))), "x") == LATEST
    assert (later(NOW, 10**12), later(NOW, 10**20), later(NOW, -(10**12))) == (LATEST, LATEST, EARLIEST)
    decision = decide(
        [source(), model(STG, RAW)], [built(STG, 1, {RAW: "0001-01-01T00:00:00+00:00"})], seen()
    )[STG]
    assert decision.reason == "NEW_DATA"


def test_a_window_longer_than_the_calendar_never_ends() -> None:
    nodes = [source(), model(STG, RAW, build_after=Window(10**18, words="ages"))]
    decision = decide(nodes, [built(STG, 1, at_first(RAW))], seen(versions=newer()))[STG]
    assert (decision.reason, decision.eligible_at) == ("WITHIN_BUILD_AFTER", LATEST)
    assert "may build from 9999-12-31" in decision.text


def test_a_build_dated_in_the_future_counts_as_just_built() -> None:
    nodes = [source(), model(STG, RAW, build_after=hours(4))]
    made = make_plan(nodes, [built(STG, -2, at_first(RAW))], seen(versions=newer()))
    decision = made.decisions[STG]
    assert (decision.reason, decision.eligible_at) == ("WITHIN_BUILD_AFTER", NOW + timedelta(hours=4))
    assert decision.text == "new data, but built 0 s ago: may build from 13:00 UTC"
    assert [note.text for note in made.assumptions] == [
        "its last build is dated 2026-11-22T11:00:00+00:00, after the moment of the plan: counted as just built"
    ]


def test_a_day_has_24_hours_where_the_clocks_change() -> None:
    zone = timezone(timedelta(hours=1))
    before = datetime(2026, 3, 28, 12, 0, tzinfo=zone)
    summer = timezone(timedelta(hours=2))
    nodes = [source(), model(STG, RAW, build_after=Window(86400, words="1 day"))]
    record = Record(STG, before, upstream=at_first(RAW))
    noon, one = datetime(2026, 3, 29, 12, 0, tzinfo=summer), datetime(2026, 3, 29, 13, 0, tzinfo=summer)
    present = seen(versions=newer())
    assert decide(nodes, [record], present, at=noon)[STG].reason == "WITHIN_BUILD_AFTER"
    assert decide(nodes, [record], present, at=one)[STG].reason == "NEW_DATA"


def test_anchor_and_grace_are_options_of_ours() -> None:
    nodes = [source(), model(STG, RAW, build_after=hours(4))]
    record = built(STG, 3.9, at_first(RAW), started_at=NOW - timedelta(hours=4))
    present = seen(versions=newer())
    assert decide(nodes, [record], present)[STG].reason == "WITHIN_BUILD_AFTER"
    assert decide(nodes, [record], present, anchor="started")[STG].reason == "NEW_DATA"
    assert decide(nodes, [record], present, grace=360)[STG].reason == "NEW_DATA"
    assert decide(nodes, [record], present, grace=359)[STG].reason == "WITHIN_BUILD_AFTER"


def test_the_limit_itself_builds_under_build_after_and_not_under_lag_tolerance() -> None:
    nodes = [source(), model(STG, RAW, build_after=hours(4))]
    present, record = seen(versions=newer()), built(STG, 4, at_first(RAW))
    assert decide(nodes, [record], present)[STG].reason == "NEW_DATA"
    assert decide(nodes, [record], present, mode="state")[STG].reason == "WITHIN_BUILD_AFTER"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (4200, "1 h 10 min"),
        (3605, "1 h"),
        (90000, "1 day 1 h"),
        (172800, "2 days"),
    ],
)
def test_lengths_in_words(seconds: float, words: str) -> None:
    assert span_words(seconds) == words


def test_moments_in_words_have_a_date_where_it_is_another_day() -> None:
    assert moment_words(NOW, NOW) == "09:00"
    assert moment_words(NOW + timedelta(seconds=5), NOW) == "09:00:05"
    assert moment_words(NOW - timedelta(days=1), NOW) == "2026-11-21 09:00"
    assert moment_words(EARLIEST, NOW) == "0001-01-01 00:00:00"


@pytest.mark.parametrize(
    ("unique_id", "name"),
    [
        ("model.shop.orders.v2", "orders.v2"),
        ("source.shop.raw.orders", "source raw.orders"),
        ("snapshot.shop.prices", "snapshot prices"),
        ("odd", "odd"),
    ],
)
def test_names_in_sentences(unique_id: str, name: str) -> None:
    assert named(unique_id) == name
