"""When sources load: late, missing and shifted loads, history, and jobs of other projects."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from stateaware.simulate.arrivals import Arrival, loads_of, match_arrivals, with_history
from stateaware.simulate.jobs import Job, read_jobs
from stateaware.simulate.remarks import arrival_words
from stateaware.simulate.schedule import After, every
from stateaware.simulate.tables import TableError
from unit.plan.shop import RAW, STG, model, source
from unit.simulate.test_run import built, go

MONDAY = datetime(2026, 3, 2, tzinfo=timezone.utc)
DAYS = MONDAY + timedelta(days=20)
ORDERS, STORES = "source.shop.raw.orders", "source.shop.raw.stores"


def loads(arrival: Arrival, seed: int = 0) -> list[datetime]:
    return loads_of(ORDERS, arrival, MONDAY, DAYS, seed)


def moments(*hours: float) -> tuple[datetime, ...]:
    return tuple(MONDAY + timedelta(hours=one) for one in hours)


def test_loads_that_do_not_come_are_left_out_and_no_other() -> None:
    plain, some = loads(Arrival(every=3600)), loads(Arrival(every=3600, missing=0.2))
    assert {one for one in some if one >= MONDAY} < set(plain)
    assert 0.7 < len(some) / len(plain) < 0.9
    assert loads(Arrival(every=3600, missing=1.0)) == []


def test_late_loads_come_by_so_much_later() -> None:
    late = loads(Arrival(every=3600, late=0.3, late_by=1800))
    offsets = {one.minute for one in late}
    assert offsets == {0, 30}
    assert 0.2 < sum(one.minute == 30 for one in late) / len(late) < 0.4
    assert all(one.minute == 30 for one in loads(Arrival(every=3600, late=1.0, late_by=1800)))


def test_jitter_is_of_the_seed_the_source_and_the_moment() -> None:
    arrival = Arrival(every=3600, jitter=600)
    found = loads(arrival)
    assert found == loads(arrival)
    assert found != loads(arrival, seed=1)
    assert found != loads_of(STORES, arrival, MONDAY, DAYS)
    assert {one.minute for one in found} <= set(range(11))
    assert len({(one.minute, one.second) for one in found}) > 100
    assert found == sorted(found)


def test_times_come_again() -> None:
    arrival = Arrival(times=moments(1, 30), repeat=2 * 86400)
    hours = [(one - MONDAY).total_seconds() / 3600 for one in arrival.nominal(MONDAY, DAYS)][:4]
    assert hours == [1, 30, 49, 78]
    # what has passed long ago is found without going through all that lies between
    past = Arrival(times=moments(-24 * 700, -24 * 700 + 6), repeat=86400)
    assert [one.hour for one in past.nominal(MONDAY, MONDAY + timedelta(days=1))] == [0, 6]
    assert next(iter(loads(past))) == MONDAY - timedelta(hours=18)
    assert arrival_words(arrival) == "loads 2 times, and again every 2 days"


@pytest.mark.parametrize(
    ("hours", "days"), [((1,), 1), ((0, 23), 1), ((0, 47), 2), ((0, 140), 6), ((0, 150), 7), ((0, 170), 14)]
)
def test_history_comes_again_after_whole_days_or_weeks(hours: tuple[int, ...], days: int) -> None:
    (arrival,) = with_history({"*": Arrival(history=("x",))}, lambda _: {ORDERS: moments(*hours)}).values()
    assert arrival == Arrival(times=moments(*hours), repeat=days * 86400)


def test_history_counts_where_its_pattern_does_and_knows_the_source() -> None:
    history = Arrival(history=("x",))
    hourly, daily = Arrival(every=3600), Arrival(every=86400)

    def matched(patterns: dict[str, Arrival]) -> dict[str, Arrival]:
        known = with_history(patterns, lambda _: {ORDERS: moments(1)})
        return match_arrivals(known, [ORDERS, STORES])

    told = Arrival(times=moments(1), repeat=86400)
    assert matched({"raw.*": history, "*": daily}) == {ORDERS: told, STORES: daily}
    assert matched({"raw.*": daily, "*": history}) == {ORDERS: daily, STORES: daily}
    assert matched({"*": history, "raw.orders": hourly}) == {ORDERS: hourly}
    assert matched({"*": daily, "raw.orders": history}) == {ORDERS: told, STORES: daily}
    weekly = Arrival(history=("x",), repeat=7 * 86400, jitter=60)
    assert matched({"*": weekly})[ORDERS] == Arrival(times=moments(1), repeat=7 * 86400, jitter=60)


def test_a_job_after_one_of_another_project_that_is_taken_to_end() -> None:
    jobs = read_jobs(
        {
            "far": {"after": {"project": "raw", "job": "load", "ends": "30 */6 * * *"}},
            "fails": {"after": {"project": "raw", "job": "bad", "ends": "12h", "status": "error"}},
            "mends": {
                "after": {"project": "raw", "job": "bad", "ends": "12h", "status": "error"},
                "on": "error",
            },
        }
    )
    simulation = go(source(), model(STG, RAW), jobs=jobs)
    assert [(run.job, run.at.hour, run.at.minute) for run in simulation.runs] == [
        ("mends", 0, 0),
        ("far", 0, 30),
        ("far", 6, 30),
        ("mends", 12, 0),
        ("far", 12, 30),
        ("far", 18, 30),
    ]
    notes = {(note.kind, note.unique_id, note.text) for note in simulation.notes}
    assert ("assumed", "job.far", "raw.load ends by cron 30 */6 * * *, with success") in notes
    assert ("assumed", "job.mends", "raw.bad ends every 12 h, with error") in notes
    assert ("warning", "job.fails", "it never starts: it waits for success of raw.bad") in notes


def test_two_jobs_after_the_same_one_of_another_project_start_once_each() -> None:
    after = After("load", "raw", ends=every(43200))
    simulation = go(source(), model(STG, RAW), jobs=(Job("a", after), Job("b", after)))
    assert [(run.job, run.at.hour) for run in simulation.runs] == [("a", 0), ("b", 0), ("a", 12), ("b", 12)]
    assert built(simulation, STG) == [0, 12]


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ({"job": "a", "ends": "1h"}, "says nothing without `project`"),
        ({"job": "a", "project": "raw", "status": "error"}, "says nothing without `ends`"),
        ({"job": "a", "project": "raw", "ends": "soon"}, "must be a length of time"),
        ({"job": "a", "project": "raw", "ends": "0 25 * * *"}, ""),
        ({"job": "a", "project": "raw", "ends": "1h", "status": "ok"}, "must be success, error or cancelled"),
    ],
)
def test_what_nobody_can_tell_of_another_project(after: dict[str, str], message: str) -> None:
    with pytest.raises(TableError) as caught:
        read_jobs({"it": {"after": after}})
    assert message in caught.value.message
    assert caught.value.path[:2] == ("it", "after")
