"""`stateaware advise` as a process: in words, as JSON, and as a diff that git applies."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest_cli import Make, Run

from stateaware.schema_files import bundle_schema

TIME = ("--from", "2026-11-22T00:00Z", "--for", "2d")
FILES = {
    "dbt_project.yml": (
        "name: shop\nversion: '1.0'\nprofile: shop\nmodels:\n  shop:\n    +materialized: table\n"
        "    marts:\n      +freshness: {build_after: {count: 30, period: minute, updates_on: all}}\n"
    ),
    "models/s.yml": "sources: [{name: raw, tables: [{name: orders}]}]\n",
    "models/stg_orders.sql": "select * from {{ source('raw', 'orders') }}\n",
    "models/marts/fct.sql": "select * from {{ ref('stg_orders') }}\n",
    "models/marts/dim.sql": "select * from {{ ref('stg_orders') }}\n",
    "models/slow.sql": "select * from {{ ref('stg_orders') }}\n",
}
JOBS = """\
[jobs.hourly]
every = "1h"
exclude = ["slow"]

[jobs.nightly]
hours = [3]
select = ["slow"]
"""


def advised(run: Run, *arguments: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    outcome = run("advise", *TIME, *arguments, "--format", "json")
    assert outcome.code == 0, outcome.err
    document: dict[str, Any] = json.loads(outcome.out)
    jsonschema.validate(document, bundle_schema("advise-output"))
    return document, {model["name"]: model for model in document["models"]}


def test_a_folder_gets_the_longest_window_in_the_place_where_it_is_set(run: Run, make: Make) -> None:
    make(FILES)
    document, models = advised(run, "--max-lag", "marts=4h")
    assert list(models) == ["fct", "dim"] or list(models) == ["dim", "fct"]
    for model in models.values():
        assert model["met"]
        assert model["value"] == {"before": 1800, "after": 10800}
        assert model["origin"] == "dbt_project.yml:8"
        assert model["expected"]["after"]["worst_lag"] <= 4 * 3600
        assert model["expected"]["after"]["builds"] < model["expected"]["before"]["builds"] / 2
    assert document["totals"]["after"]["builds"] < document["totals"]["before"]["builds"]
    assert "+      +freshness: {build_after: {count: 3, period: hour, updates_on: all}}" in document["diff"]


def test_the_diff_applies_and_then_nothing_is_left_to_advise(run: Run, make: Make) -> None:
    root: Path = make(FILES)
    arguments = ("--max-lag", "fct=4h", "--also", "stg_orders")
    outcome = run("advise", *TIME, *arguments, "--format", "diff")
    assert outcome.code == 0, outcome.err
    assert outcome.err.startswith("note: With another build_after for ")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    subprocess.run(["git", "apply", "-"], input=outcome.out.encode(), cwd=root, check=True)
    code = (root / "models/marts/fct.sql").read_text() + (root / "models/stg_orders.sql").read_text()
    assert "freshness={'build_after': {'count': " in code
    again, models = advised(run, *arguments)
    assert again["diff"] == ""
    assert all(model["met"] for model in models.values())
    assert all(model["value"]["before"] == model["value"]["after"] for model in models.values())


def test_what_cannot_be_met_and_why(run: Run, make: Make) -> None:
    make({**FILES, "stateaware.toml": JOBS})
    _, models = advised(run, "--max-lag", "slow=2h", "--max-lag", "fct=30m", "--arrival", "raw.orders=25m")
    assert {name: (model["met"], model["why"]) for name, model in models.items()} == {
        "slow": (False, "its runs come up to 1 day apart"),
        "fct": (False, "its runs come up to 1 h apart"),
    }
    _, models = advised(run, "--max-age", "fct=3h", "--arrival", "raw.orders=6h")
    assert models["fct"]["why"] == "source raw.orders loads up to 6 h apart"
    held = {
        "models/m.yml": "models: [{name: stg_orders, config: {freshness: {build_after: {count: 1, period: day}}}}]\n"
    }
    make({**FILES, **held})
    _, models = advised(run, "--max-lag", "fct=3h")
    assert (
        models["fct"]["why"]
        == "stg_orders above it waits 1 day itself, and may not be changed without --also"
    )
    _, models = advised(run, "--max-lag", "fct=3h", "--also", "stg_orders")
    assert models["fct"]["met"]


def test_lag_tolerance_of_dbt_state(run: Run, make: Make) -> None:
    make(FILES)
    document, models = advised(run, "--mode", "state", "--max-lag", "stg_orders=5h")
    assert document["key"] == "lag_tolerance"
    assert models["stg_orders"]["value"]["before"] is None
    assert "+{{ config(state={'lag_tolerance': '" in document["diff"]


def test_in_words(run: Run, make: Make) -> None:
    make({**FILES, "stateaware.toml": JOBS})
    outcome = run("advise", *TIME, "--max-lag", "marts=4h", "--max-lag", "slow=2h")
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert lines[0].startswith("With another build_after for 2 models, over 2 days and ")
    assert lines[0].endswith("2 of 3 models are as fresh as is wanted.")
    row = next(line for line in lines if line.startswith("~ fct "))
    assert row.split("  ")[-1] == "dbt_project.yml:8"
    assert "30 min → 3 h" in row
    assert "  ! slow  wanted lag 2 h, at best lag " in next(line for line in lines if "! slow" in line)
    assert "-      +freshness: {build_after: {count: 30, period: minute, updates_on: all}}" in lines
    assert "To apply it: the same command with --format diff | git apply" in lines
    assert run("advise", *TIME, "--max-lag", "marts=4h", "-q").out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "advise needs to know what is wanted\nSay it like this: --max-lag marts=4h"),
        (("--max-lag", "fct"), "--max-lag: `fct` cannot be read\nWrite it like these: 4h"),
        (("--max-lag", "=4h"), "--max-lag: `=4h` cannot be read"),
        (("--max-age", "fct=0"), "--max-age: `fct=0` cannot be read"),
        (("--max-lag", "fcts=4h"), "--max-lag: no model is selected by `fcts`"),
        (("--max-lag", "fct=4h", "--also", "x"), "--also: no model is selected by `x`"),
        (
            ("--max-lag", "2d"),
            "2 days are too short to see whether data gets older than 2 days\nName at least",
        ),
    ],
)
def test_misuse(run: Run, make: Make, arguments: tuple[str, ...], message: str) -> None:
    make(FILES)
    outcome = run("advise", *TIME, *arguments)
    assert outcome.code == 4
    assert outcome.err.startswith(f"stateaware: {message}")
    assert outcome.out == ""
