"""`stateaware simulate` as a process: jobs over days, in words and as JSON."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from conftest_cli import Make, Run

from stateaware.schema_files import bundle_schema

FROM = ("--from", "2026-11-22T00:00Z")
FILES = {
    "models/s.yml": "sources: [{name: raw, tables: [{name: orders}, {name: stores}]}]\n",
    "models/m.yml": (
        "models:\n  - name: fct\n    config:\n      materialized: table\n"
        "      freshness: {build_after: {count: 4, period: hour}}\n"
        "  - name: both\n    config:\n      materialized: table\n"
        "      freshness: {build_after: {count: 0, period: minute, updates_on: all}}\n"
    ),
    "models/orders.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 'orders') }}",
    "models/stores.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 'stores') }}",
    "models/fct.sql": "select * from {{ ref('orders') }}",
    "models/both.sql": "select * from {{ ref('orders') }} join {{ ref('stores') }}",
}
JOBS = """\
[jobs.hourly]
every = "1h"
select = ["+fct"]

[jobs.nightly]
hours = [3]

[arrivals]
"raw.orders" = { every = "1h" }
"raw.stores" = { times = ["2020-01-01T00:00Z"] }
"""


def simulated(run: Run, *arguments: str) -> dict[str, Any]:
    outcome = run("simulate", *FROM, *arguments, "--format", "json")
    assert outcome.code == 0, outcome.err
    document: dict[str, Any] = json.loads(outcome.out)
    jsonschema.validate(document, bundle_schema("simulate-output"))
    return document


def test_windows_count_from_the_end_of_a_build(run: Run, make: Make) -> None:
    make(FILES)
    arguments = ("--for", "2d", "--every", "1h", "--arrival", "raw.*=1h", "--duration", "5m")
    nodes = {node["name"]: node for node in simulated(run, *arguments)["nodes"]}
    # 4 hours after a build that takes 5 minutes, an hourly job is at the fifth hour
    assert nodes["fct"]["builds"] == 10
    assert nodes["orders"]["builds"] == 48
    assert nodes["fct"]["reasons"]["WITHIN_BUILD_AFTER"] == {"decision": "reuse", "count": 38}


def test_jobs_and_arrivals_of_the_settings(run: Run, make: Make) -> None:
    make({**FILES, "stateaware.toml": JOBS})
    document = simulated(run, "--for", "3d")
    assert {entry["job"] for entry in document["runs"]} == {"hourly", "nightly"}
    assert document["totals"]["runs"] == 72 + 3
    nodes = {node["name"]: node for node in document["nodes"]}
    assert nodes["both"]["runs"] == 3
    assert document["starved"] == ["model.shop.both"]
    only = simulated(run, "--for", "3d", "--job", "nightly")
    assert only["totals"]["runs"] == 3


def test_the_command_line_counts_before_the_settings(run: Run, make: Make) -> None:
    make({**FILES, "stateaware.toml": JOBS})
    document = simulated(run, "--for", "2d", "--arrival", "raw.stores=1h")
    assert document["starved"] == []


def test_in_words(run: Run, make: Make) -> None:
    make({**FILES, "stateaware.toml": JOBS})
    outcome = run("simulate", *FROM, "--for", "3d")
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("Over 3 days and 75 runs, ")
    assert "never built, since updates_on all waits for a parent that never changes: both" in outcome.out
    rows = [line.split() for line in outcome.out.splitlines() if line.startswith("  orders ")]
    assert rows[0][1] == "72"
    assert "starved" in next(line for line in outcome.out.splitlines() if line.startswith("  both "))
    assert "its build takes 1 min: no earlier build tells" in outcome.out
    assert run("simulate", *FROM, "--for", "3d", "-q").out.count("\n") == 1


def test_it_is_the_same_every_time(run: Run, make: Make) -> None:
    late = 'orders = { every = "1h", missing = 0.3, late = { chance = 0.3, by = "40m" }, jitter = "10m" }'
    make(
        {
            **FILES,
            "stateaware.toml": f"[arrivals.raw]\n{late}\n".replace(
                "[arrivals.raw]\norders", '[arrivals]\n"raw.orders"'
            ),
        }
    )
    first = simulated(run, "--for", "2d", "--seed", "7")
    assert simulated(run, "--for", "2d", "--seed", "7") == first
    assert simulated(run, "--for", "2d", "--seed", "8")["totals"] != first["totals"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "soon"], "--from: `soon` is no moment"),
        (["--for", "ever"], "--for: `ever` is no length of time"),
        (["--for", "9999999d"], "--for: `9999999d` is no length of time"),
        (["--every", "now"], "--every: `now` is no time between two runs"),
        (["--job", "nigtly"], "no job `nigtly`\nDid you mean `nightly`?"),
        (["--arrival", "raw.orders"], "--arrival: `raw.orders`"),
        (["--threads", "0"], "--threads must be from 1 to 1000"),
        (["--duration", "x"], "--duration: `x` is no length of time"),
    ],
)
def test_misuse(run: Run, make: Make, arguments: list[str], message: str) -> None:
    make({**FILES, "stateaware.toml": JOBS})
    outcome = run("simulate", *arguments)
    assert outcome.code == 4
    assert outcome.err.startswith(f"stateaware: {message}")
    assert outcome.out == ""


def test_a_wrong_job_in_the_settings_is_told_with_its_line(run: Run, make: Make) -> None:
    make({**FILES, "stateaware.toml": JOBS.replace('"1h"\nselect', '"soon"\nselect')})
    outcome = run("simulate")
    assert outcome.code == 4
    assert "stateaware.toml:2" in outcome.err


def measured(*hours: int) -> dict[str, str]:
    """A sources.json for each of these hours: orders was loaded at it, stores was not measured."""
    version = "https://schemas.getdbt.com/dbt/sources/v3.json"
    return {
        f"runs/{hour}/sources.json": json.dumps(
            {
                "metadata": {"dbt_schema_version": version, "generated_at": f"2026-11-20T{hour:02}:30:00Z"},
                "results": [
                    {
                        "unique_id": "source.shop.raw.orders",
                        "max_loaded_at": f"2026-11-20T{hour:02}:00:00+00:00",
                        "snapshotted_at": f"2026-11-20T{hour:02}:30:00+00:00",
                        "status": "pass",
                    }
                ],
            }
        )
        for hour in hours
    }


def builds_of_orders(run: Run, *arguments: str) -> int:
    document = simulated(run, "--for", "2d", "--every", "1h", *arguments)
    return next(node["builds"] for node in document["nodes"] if node["name"] == "orders")


def test_sources_load_as_several_measurements_have_seen_it(run: Run, make: Make) -> None:
    make({**FILES, **measured(3, 9, 15)})
    # the first build, and three loads on each of two days
    assert builds_of_orders(run, "--history", "runs") == 1 + 6
    assert builds_of_orders(run, "--history", "runs/3", "--history", "runs/9/sources.json") == 1 + 4
    assert builds_of_orders(run, "--history", "runs", "--arrival", "raw.orders=never") == 1


def test_history_in_the_settings_lies_beside_them(run: Run, make: Make) -> None:
    settings = '[arrivals]\n"raw.*" = { history = "runs", repeat = "2d" }\n"*" = { every = "1d" }\n'
    make({**FILES, **measured(3, 9), "stateaware.toml": settings})
    assert builds_of_orders(run) == 1 + 2


def test_arrivals_by_cron_on_the_command_line(run: Run, make: Make) -> None:
    make(FILES)
    assert builds_of_orders(run, "--arrival", "raw.orders=30 6 * * *") == 1 + 2


def test_history_that_is_not_there(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("simulate", "--history", "runs")
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith("stateaware: --history: there is no runs\n")
