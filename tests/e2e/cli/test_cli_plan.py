"""`stateaware plan` as a process: text, JSON, selections, exit codes, mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest_cli import Make, Run

from stateaware.schema_files import bundle_schema

AT = ("--at", "2026-11-22T09:00Z")
KNOWN = (
    *("--assume", "model:*@built:50m", "--assume", "source:*@1d"),
    *("--assume", "source:raw.orders@20m"),
)
SOURCES = "sources:\n  - name: raw\n    tables: [{name: orders}, {name: stores}]\n"
MODELS = """\
models:
  - name: fct
    config: {freshness: {build_after: {count: 4, period: hour}}}
"""
FILES = {
    "models/s.yml": SOURCES,
    "models/m.yml": MODELS,
    "models/orders.sql": "select * from {{ source('raw', 'orders') }}",
    "models/stores.sql": "select * from {{ source('raw', 'stores') }}",
    "models/fct.sql": "select * from {{ ref('orders') }} join {{ ref('stores') }}",
}


def test_a_plan_in_words(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("plan", *AT, *KNOWN)
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert lines[0] == "Plan at 2026-11-22 09:00 UTC"
    assert lines[2:5] == [
        "  + orders  build    new data in source raw.orders (08:40 UTC)",
        "  = stores  reuse    no parent has new data",
        "  = fct     reuse    new data, but built 50 min ago: may build from 12:10 UTC   4 hours, models/m.yml:3",
    ]
    assert "Assumed" in lines
    assert lines[-1].startswith("Plan: 1 to build, 2 to reuse. Assumed: ")


def test_without_anything_known_nothing_is_guessed(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("plan", *AT)
    assert outcome.out.startswith("Plan at 2026-11-22 09:00 UTC, nothing known of earlier builds\n")
    assert "Plan: 0 to build, 0 to reuse, 3 unknown. Assumed: nothing." in outcome.out
    assert "--assume" in outcome.err


def test_json_follows_its_schema(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("plan", *AT, *KNOWN, "--format", "json")
    document = json.loads(outcome.out)
    jsonschema.validate(document, bundle_schema("plan-output"))
    assert document["counts"]["build"] == 1
    nodes = {node["name"]: node for node in document["nodes"]}
    assert nodes["fct"]["reason"] == "WITHIN_BUILD_AFTER"
    assert nodes["fct"]["eligible_at"] == "2026-11-22T12:10:00+00:00"
    assert nodes["fct"]["window"]["origin"] == "models/m.yml:3"
    assert nodes["orders"]["changed"][0]["unique_id"] == "source.shop.raw.orders"


def test_the_exit_code_tells_whether_something_would_be_built(run: Run, make: Make) -> None:
    make(FILES)
    assert run("plan", *AT, *KNOWN, "--exit-code").code == 10
    assert run("plan", *AT, *KNOWN[:4], "--exit-code").code == 0
    assert run("plan", *AT, *KNOWN[:4]).code == 0


def test_what_dbt_is_to_build(run: Run, make: Make, tmp_path: Path) -> None:
    make(FILES)
    # a source's table has the name of the model, and dbt would test it too
    assert (
        run("plan", *AT, *KNOWN, "--format", "dbt-select").out == "orders,package:shop,resource_type:model\n"
    )
    assert run("plan", *AT, *KNOWN[:4], "--format", "dbt-select").out == ""
    outcome = run("plan", *AT, *KNOWN, "--changed", "fct", "--emit-selector", "plan.yml")
    assert outcome.code == 0
    [selector] = yaml.safe_load((tmp_path / "plan.yml").read_text())["selectors"]
    assert selector["name"] == "stateaware_build"
    assert {"method": "fqn", "value": "fct"} in selector["definition"]["union"]


def test_the_reasoning_about_one_node(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("plan", *AT, *KNOWN, "--explain", "fct")
    assert outcome.out.splitlines()[0] == (
        "fct: reuse, new data, but built 50 min ago: may build from 12:10 UTC"
    )
    for part in ("10 of recommended", "4 hours", "2026-11-22 12:10 UTC", "source raw.orders", "otherwise"):
        assert part in outcome.out


def test_the_reasoning_about_one_node_for_programs(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("plan", *AT, *KNOWN, "--explain", "stores", "--format", "json")
    document = json.loads(outcome.out)
    jsonschema.validate(document, bundle_schema("plan-output"))
    assert document["explained"] == ["model.shop.stores"]
    assert [node["unique_id"] for node in document["nodes"]] == ["model.shop.stores"]
    assert document["nodes"][0]["otherwise"] == "it is built once a parent has new data, or its code changes"
    assert {note["unique_id"] for note in document["assumed"]} == {
        "model.shop.stores",
        "source.shop.raw.stores",
    }
    whole = json.loads(run("plan", *AT, *KNOWN, "--explain", "fct", "--format", "json").out)
    assert [node["name"] for node in whole["nodes"]] == ["orders", "stores", "fct"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--at", "soon"], "--at: `soon` is no moment"),
        (["--at", "2026-11-22T09:00"], "--at: `2026-11-22T09:00` has no time zone"),
        (["--assume", "model:fcts@built:1h"], "`model:fcts`: there is no model fcts\nDid you mean `fct`?"),
        (["--changed", "nobody"], "`nobody`: there is no model nobody"),
        (["--explain", "fcts"], "`fcts` is not planned\nDid you mean `fct`?"),
        (["--explain", "fct", "--format", "html"], "--format html explains every node"),
        (["--explain", "fct", "--format", "dbt-select"], "what dbt reads has no place for --explain"),
        (["--mode", "best"], "--mode: invalid choice: 'best'"),
    ],
)
def test_misuse(run: Run, make: Make, arguments: list[str], message: str) -> None:
    make(FILES)
    outcome = run("plan", *arguments)
    assert outcome.code == 4
    assert outcome.err.startswith(f"stateaware: {message}")
    assert outcome.out == ""


def test_many_nodes_alike_are_told_together(run: Run, make: Make) -> None:
    make({f"models/m{number}.sql": "select 1" for number in range(40)})
    outcome = run("plan", *AT, "--assume", "model:*@built:1h")
    assert "= 42 nodes" in outcome.out
    assert "and 39 more" in outcome.out
    assert run("plan", *AT, "--assume", "model:*@built:1h", "-v").out.count("\n  = ") == 42
    assert run("plan", *AT, "--assume", "model:*@built:1h", "-q").out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--select", "+fct"], {"orders", "stores", "fct"}),
        (["--select", "orders+"], {"orders", "fct"}),
        (["--select", "source:raw.stores+", "--exclude", "fct"], {"stores"}),
        (["--select", "orders", "stores"], {"orders", "stores"}),
        (["--select", "orders stores"], {"orders", "stores"}),
        (["--select", "orders+,fct"], {"fct"}),
        (["--selector", "mine"], {"stores"}),
    ],
)
def test_nodes_are_selected_as_in_dbt(run: Run, make: Make, arguments: list[str], names: set[str]) -> None:
    selectors = "selectors:\n  - name: mine\n    definition: 'source:raw.stores+1'\n"
    make({**FILES, "selectors.yml": selectors})
    document = json.loads(run("plan", *AT, *KNOWN, *arguments, "--format", "json").out)
    assert {node["name"] for node in document["nodes"]} == names


def test_a_selection_of_nothing(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("plan", "--select", "order", "orders")
    assert outcome.code == 0
    assert "note: `order` matches nothing, did you mean `orders`?\n" in outcome.err
    outcome = run("plan", "--select", "nobody")
    assert outcome.code == 5
    assert run("plan", "--select", "tagg:x").code == 4
    assert run("plan", "--selector", "nobody").code == 4
