"""The documents that the report page shows: what they hold of a plan and of a simulation."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from jsonschema import Draft202012Validator

from stateaware.plan.decide import plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import Version
from stateaware.plan.modes import Options
from stateaware.plan.nodes import Node, Window
from stateaware.plan.state import Present, Record, State
from stateaware.report.html.plan import plan_report
from stateaware.report.html.simulation import simulation_report
from stateaware.report.html.subject import Subject
from stateaware.schema_files import bundle_schema
from stateaware.simulate.arrivals import read_arrivals
from stateaware.simulate.jobs import Job
from stateaware.simulate.options import SimulateOptions
from stateaware.simulate.results import Simulation
from stateaware.simulate.run import simulate
from stateaware.simulate.schedule import every

AT = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
ORDERS = "source.shop.raw.orders"
STAGED, INLINE, FACTS = "model.shop.stg", "model.shop.inline", "model.shop.fct"
LINEAGE = Lineage(
    [
        Node(ORDERS, kind="source"),
        Node(STAGED, parents=(ORDERS,)),
        Node(INLINE, parents=(STAGED,), materialized="ephemeral"),
        Node(FACTS, parents=(INLINE,), build_after=Window(14400, "all", "4 hours", "models/_m.yml:12")),
    ]
)
SUBJECT = Subject(
    "shop",
    "documented",
    LINEAGE,
    versions={ORDERS: Version("2026-11-22T08:40:00+00:00", "assumed", AT - timedelta(minutes=20))},
    files={STAGED: "models/staging/stg.sql", FACTS: "models/fct.sql"},
    tags={FACTS: ("nightly", "finance")},
    basis=("builds from target/run_results.json, 12 min old",),
    notes=("it is old",),
    jobs=("hourly",),
    built={FACTS: AT - HOUR},
)
STATE = State([Record(one, AT - HOUR) for one in (STAGED, FACTS)])


def valid(document: dict[str, Any]) -> dict[str, Any]:
    schema = bundle_schema("report")
    kind = {"$ref": f"#/$defs/{document['kind']}", "$defs": schema["$defs"]}
    assert [error.message for error in Draft202012Validator(kind).iter_errors(document)] == []
    return document


def by_id(document: dict[str, Any], unique_id: str) -> dict[str, Any]:
    return next(node for node in document["nodes"] if node["unique_id"] == unique_id)


def planned(options: Options | None = None) -> dict[str, Any]:
    present = Present(versions=SUBJECT.versions)
    return valid(plan_report(plan(LINEAGE, STATE, present, at=AT, options=options or Options()), SUBJECT))


def simulated(*jobs: Job, length: timedelta = 6 * HOUR, every_source: str = "1h") -> Simulation:
    return simulate(
        LINEAGE,
        STATE,
        jobs=jobs or (Job("hourly", every(3600)),),
        arrivals={ORDERS: read_arrivals({"x": {"every": every_source}})["x"]},
        durations={},
        start=AT,
        end=AT + length,
        options=SimulateOptions(duration=300.0),
    )


def test_a_plan_says_of_each_node_what_happens_and_where_its_window_is_set() -> None:
    document = planned()
    assert document["text"] == (
        "A run at 2026-11-22 09:00 UTC would build 1 of 2 nodes, which reads new data. "
        "1 is reused, within its window (fct, may build from 12:00 UTC)."
    )
    assert document["counts"]["build"] == document["counts"]["reuse"] == document["counts"]["inline"] == 1
    facts = by_id(document, FACTS)
    assert facts["window"] == {
        "key": "build_after",
        "seconds": 14400,
        "text": "4 hours",
        "updates_on": "all",
        "where": "models/_m.yml:12",
        "origin": {"file": "models/_m.yml", "line": 12},
        "unknown": None,
    }
    assert (facts["folder"], facts["tags"]) == ("models", ["finance", "nightly"])
    assert (facts["parents"], facts["reads"]) == ([INLINE], [STAGED])
    assert facts["eligible_at"] == "2026-11-22T12:00:00+00:00"
    assert facts["otherwise"] == "it may be built from 2026-11-22 12:00 UTC, or with a shorter build_after"
    staged = by_id(document, STAGED)
    assert [change["unique_id"] for change in staged["changes"]] == [ORDERS]
    assert (staged["symbol"], staged["reads"]) == ("+", None)


def test_a_plan_says_what_is_known_of_sources_and_what_it_rests_on() -> None:
    document = planned()
    (source,) = document["sources"]
    assert (source["name"], source["at"]) == ("source raw.orders", "2026-11-22T08:40:00+00:00")
    assert (source["loads"], source["always_new"]) == (None, False)
    assert document["basis"] == ["builds from target/run_results.json, 12 min old"]
    assert document["notes"][0] == {"kind": "note", "unique_id": "", "text": "it is old"}
    assert document["settings_jobs"] == ["hourly"]


def expanded(document: dict[str, Any], node: dict[str, Any]) -> dict[int, str]:
    """What a node has in each run, as the page works it out: codes by the number of the run."""
    found = {}
    for job, *pairs in node["events"]:
        through = [number for number, run in enumerate(document["runs"]) if run["job"] == job]
        marks = [mark for mark, count in zip(pairs[::2], pairs[1::2], strict=True) for _ in range(count)]
        assert len(marks) == len(through)
        for number, mark in zip(through, marks, strict=True):
            if mark:
                found[number] = document["reasons"][abs(mark) - 1]["reason"] + ("!" if mark < 0 else "")
    return found


def test_a_simulation_keeps_what_happened_in_every_run() -> None:
    jobs = (Job("quick", every(3600), timeout=200), Job("slow", every(7200, 600)))
    found = simulated(*jobs)
    document = valid(simulation_report(found, SUBJECT, "recommended"))
    assert [run["job"] for run in document["runs"]] == [document["jobs"].index(run.job) for run in found.runs]
    numbers = {(run.at, run.job): run.number for run in found.runs}
    for node in document["nodes"]:
        expected = {
            numbers[one.at, one.job]: one.reason + ("!" if one.cut else "")
            for one in found.events(node["unique_id"])
        }
        assert expanded(document, node) == expected
    assert any(text.endswith("!") for node in document["nodes"] for text in expanded(document, node).values())


def test_a_simulation_keeps_builds_with_their_times() -> None:
    found = simulated()
    document = valid(simulation_report(found, SUBJECT, "recommended"))
    facts = by_id(document, FACTS)
    assert (facts["built"], facts["built_before"]) == ([3, 300, 300], "2026-11-22T08:00:00+00:00")
    assert by_id(document, STAGED)["built"][:6] == [0, 0, 300, 1, 0, 300]
    assert (facts["builds"], facts["reuses"], facts["seconds"]) == (1, 5, 300.0)
    # what loads at 9:00 is missing until the build of the run of 12:00 ends
    age = facts["age"]
    assert (age["worst_lag"], age["worst_lag_at"]) == (3 * 3600 + 600, 3 * 3600 + 600)


def test_sources_that_load_alike_share_their_loads() -> None:
    document = simulation_report(simulated(), SUBJECT, "recommended")
    (source,) = document["sources"]
    loads = document["loads"][source["loads"]]
    assert loads[-6:] == [0, 3600, 7200, 10800, 14400, 18000]


def test_tests_are_no_nodes_of_a_simulation() -> None:
    lineage = Lineage([*LINEAGE.nodes.values(), Node("test.shop.unique", kind="test", parents=(FACTS,))])
    found = simulate(
        lineage,
        STATE,
        jobs=(Job("hourly", every(3600)),),
        arrivals={},
        durations={},
        start=AT,
        end=AT + HOUR,
    )
    assert "test.shop.unique" in found.nodes
    document = simulation_report(found, Subject("shop", "documented", lineage), "recommended")
    assert [node["unique_id"] for node in document["nodes"]] == [STAGED, INLINE, FACTS]
