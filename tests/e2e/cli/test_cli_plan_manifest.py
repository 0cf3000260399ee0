"""`plan --manifest` and `simulate --manifest`: a CI job that has artifacts, and no project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest_cli import Make, Run

RECORDED = Path(__file__).parents[2] / "dbt_runs" / "recorded"
SELECT = Path(__file__).parents[2] / "select"


def load(version: str, step: str, name: str = "manifest.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / version / step / name).read_text("utf-8"))
    return found


def write(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


@pytest.mark.parametrize(
    ("version", "step", "engine"),
    [("1.8", "run1", "core"), ("1.11", "run1", "core"), ("2.0", "parsed", "fusion")],
)
def test_no_project_is_needed(run: Run, tmp_path: Path, version: str, step: str, engine: str) -> None:
    folder = str(RECORDED / version / step)
    done = run("plan", "--manifest", folder, "--no-state", "--format", "json", cwd=tmp_path)
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert (document["project"], document["engine"]) == ("shop", engine)
    assert document["basis"][0].startswith(f"graph from {folder}/manifest.json (dbt {version}")
    nodes = {node["unique_id"]: node for node in document["nodes"]}
    orders = nodes["model.shop.orders"]
    assert orders["file"] == "models/orders.sql"
    assert orders["window"]["seconds"] == 14400
    assert orders["window"]["origin"] == "manifest"
    assert "test.shop.no_debts" in nodes


def test_the_artifacts_beside_it_are_read(run: Run, tmp_path: Path) -> None:
    done = run("plan", "--manifest", str(RECORDED / "1.11" / "run1" / "manifest.json"), cwd=tmp_path)
    assert done.code == 0
    assert "builds from " in done.out
    assert "new data from " in done.out
    assert "+ in_python" in done.out
    assert "Plan: 1 to build, 14 to reuse." in done.out


def test_code_is_that_of_the_manifest(run: Run, tmp_path: Path) -> None:
    """A pull request's manifest beside the artifacts of the run that built what is there."""
    changed = load("1.11", "parsed")
    changed["nodes"]["model.shop.report"]["raw_code"] += " where 1 = 1"
    changed["macros"]["macro.shop.cents"]["macro_sql"] = "{% macro cents(x) %}{{ x }} * 1000{% endmacro %}"
    manifest = write(tmp_path / "pr" / "manifest.json", changed)
    state = str(RECORDED / "1.11" / "run1")
    done = run("plan", "--manifest", str(manifest), "--state", state, "--format", "json", cwd=tmp_path)
    texts = {node["unique_id"]: node["text"] for node in json.loads(done.out)["nodes"]}
    assert texts["model.shop.report"] == "code changed: its SQL"
    assert texts["model.shop.orders"] == "code changed: macro cents"
    assert texts["model.shop.clicks"] == "nothing has changed"


def test_selections_and_selectors_are_those_of_the_manifest(run: Run, tmp_path: Path) -> None:
    document = load("1.11", "parsed")
    document["selectors"] = {
        "usual": {"name": "usual", "default": True, "definition": {"method": "fqn", "value": "orders"}},
        "both": {"name": "both", "definition": {"union": [{"method": "fqn", "value": "report"}, "clicks"]}},
    }
    manifest = str(write(tmp_path / "manifest.json", document))

    def names(*words: str) -> set[str]:
        done = run("plan", "--manifest", manifest, "--format", "json", *words, cwd=tmp_path)
        assert done.code == 0, done.err
        found = (node["unique_id"] for node in json.loads(done.out)["nodes"])
        return {key.split(".")[2] for key in found if key.startswith("model.")}

    assert names() == {"orders"}
    assert names("--selector", "both") == {"report", "clicks"}
    assert names("--select", "+orders", "--exclude", "orders") == {"stg_orders", "inline_orders"}
    assert names("--select", "resource_type:model,config.materialized:incremental") == {"events", "batches"}


def test_settings_of_the_folder_count_for_a_simulation(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "stateaware.toml", '[jobs.daily]\nevery = "1d"\nselect = ["+orders"]\n')
    manifest = str(RECORDED / "1.11" / "run1")
    done = run("simulate", "--manifest", manifest, "--from", "2026-11-22T00:00Z", "--for", "2d", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "jobs: daily" in done.out
    assert "orders" in done.out
    assert "clicks" not in done.out
    assert "unit_test" not in done.out, "a test has no data that could be late"


def test_both_dbts_together_are_told(run: Run, tmp_path: Path) -> None:
    manifest, state = str(RECORDED / "2.0" / "parsed"), str(RECORDED / "1.11" / "run1")
    done = run("plan", "--manifest", manifest, "--state", state, cwd=tmp_path)
    assert done.code == 0
    assert "some artifacts are of dbt Core and some of dbt v2" in done.err


MODEL = {"resource_type": "model", "path": "a.sql"}


def head(**more: object) -> dict[str, object]:
    schema = "https://schemas.getdbt.com/dbt/manifest/v12.json"
    return {"dbt_schema_version": schema, "dbt_version": "1.11.16", "project_name": "shop", **more}


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ('{"metadata": {', 4, "not JSON; it may be half written"),
        ("[]", 4, "is no manifest.json of dbt: its top is no object"),
        ("{}", 4, "it does not say its schema"),
        (
            {"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v7.json"}},
            4,
            "which is too old",
        ),
        (
            {"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"}},
            4,
            "is a run-results file of dbt, not manifest.json",
        ),
        ({"metadata": head()}, 5, "no model to plan for"),
        ({"metadata": head(), "nodes": [], "sources": None}, 5, "its `nodes` are no object, and left out"),
        ({"metadata": head(), "nodes": {"model.shop.a": MODEL}}, 0, ""),
        (
            {"metadata": head(), "nodes": {"model.shop.a": MODEL, "model.shop.b": 1}},
            0,
            "left out, since they cannot be read: `model.shop.b`",
        ),
    ],
    ids=["half", "list", "empty", "old", "other", "no nodes", "odd nodes", "bare", "partial"],
)
def test_what_is_wrong_with_it_is_said(
    run: Run, tmp_path: Path, content: object, code: int, said: str
) -> None:
    done = run("plan", "--manifest", str(write(tmp_path / "manifest.json", content)), cwd=tmp_path)
    assert done.code == code, done.err
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_circle_and_a_missing_parent_in_it(run: Run, tmp_path: Path) -> None:
    def model(*parents: str) -> dict[str, object]:
        return {"resource_type": "model", "path": "a.sql", "depends_on": {"nodes": list(parents)}}

    nodes = {
        "model.shop.a": model("model.shop.b"),
        "model.shop.b": model("model.shop.a"),
        "model.shop.c": model("model.shop.gone"),
        "model.pack.d": model("model.shop.c"),
    }
    manifest = str(write(tmp_path / "manifest.json", {"metadata": head(), "nodes": nodes}))
    known = ("--assume", "model:c@built:1h", "--assume", "model:d@built:1h")
    done = run("plan", "--manifest", manifest, *known, "--format", "json", cwd=tmp_path)
    reasons = {node["unique_id"]: node["reason"] for node in json.loads(done.out)["nodes"]}
    assert reasons == {
        "model.shop.a": "CYCLE",
        "model.shop.b": "CYCLE",
        "model.shop.c": "DATA_UNKNOWN",
        "model.pack.d": "DATA_UNKNOWN",
    }


def test_misuse(run: Run, make: Make) -> None:
    root = make({"models/orders.sql": "select 1"})
    for option, value in [("--vars", "{a: 1}"), ("--engine", "core"), ("--env", "A=b"), ("--diff", "main")]:
        done = run("plan", "--manifest", str(RECORDED / "1.11" / "run1"), option, value, cwd=root)
        assert done.code == 4
        assert option in done.err
    done = run("plan", "--manifest", "target", cwd=root)
    assert done.code == 4
    assert "It is written by `dbt parse`" in done.err


def test_what_changed_since_another_run(run: Run, make: Make, tmp_path: Path) -> None:
    recorded = SELECT / "state" / "recorded"
    known = ("--manifest", str(recorded / "now"), "--state", str(recorded / "then"), "--format", "json")

    def models(*words: str) -> set[str]:
        done = run("plan", *known, *words, cwd=tmp_path)
        assert done.code == 0, done.err
        found = (node["unique_id"] for node in json.loads(done.out)["nodes"])
        return {key.split(".")[2] for key in found if key.startswith("model.")}

    assert models("--select", "state:new") == {"brand_new", "renamed_now"}
    assert models("--select", "state:modified.macros") == {"by_macro"}
    assert models("--select", "result:error+", "--exclude", "result:skipped") == {"fails"}
    assert models("--select", "source_status:fresher+1") == {"same"}
    files = {"models/same.sql": "select 1", "models/fresh.sql": "select 1"}
    root, state = make(files), ("--state", str(recorded / "then"))
    done = run("plan", *state, "--select", "state:new", "--format", "json", cwd=root)
    names = {node["unique_id"] for node in json.loads(done.out)["nodes"]}
    assert "model.shop.fresh" in names
    assert "model.shop.same" not in names
    done = run("plan", *state, "--select", "state:modified", cwd=root)
    assert done.code == 4
    assert "cannot be told from files alone" in done.err
    assert "--manifest target/manifest.json" in done.err
    done = run("plan", "--select", "state:new", cwd=root)
    assert "`state:` needs the manifest.json of another run" in done.err


def test_a_state_may_be_a_manifest_alone(run: Run, tmp_path: Path) -> None:
    """As a CI job has it that keeps the manifest of production."""
    state = write(tmp_path / "prod" / "manifest.json", load("1.11", "parsed")).parent
    known = ("--manifest", str(RECORDED / "1.11" / "run1"), "--state", str(state))
    done = run("plan", *known, "--select", "state:old,resource_type:seed", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "2 unknown" in done.out
