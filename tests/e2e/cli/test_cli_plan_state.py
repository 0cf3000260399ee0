"""`stateaware plan` with dbt's artifacts: when models were built, and when there was new data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest_cli import Make, Run

AT = ("--at", "2026-11-22T09:00Z")
FILES = {
    "models/s.yml": (
        "sources:\n  - name: raw\n    tables: [{name: orders, config: {loaded_at_field: at}}, {name: stores}]\n"
    ),
    "models/orders.sql": "select * from {{ source('raw', 'orders') }}",
    "models/stores.sql": "select * from {{ source('raw', 'stores') }}",
    "models/fct.sql": "select * from {{ ref('orders') }}",
}


def head(kind: str, at: str, version: str = "1.11.16") -> dict[str, Any]:
    number = {"run-results": 6, "sources": 3, "manifest": 12}[kind]
    return {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{kind}/v{number}.json",
        "dbt_version": version,
        "generated_at": at,
        "invocation_id": "x",
    }


def built(name: str, at: str, status: str = "success", **more: Any) -> dict[str, Any]:
    timing = [{"name": "execute", "started_at": at, "completed_at": at}] if status != "skipped" else []
    return {
        "unique_id": f"model.shop.{name}",
        "status": status,
        "timing": timing,
        "execution_time": 1.5,
        **more,
    }


def loaded(name: str, at: str) -> dict[str, Any]:
    return {
        "unique_id": f"source.shop.raw.{name}",
        "max_loaded_at": at,
        "snapshotted_at": "2026-11-22T08:50:00Z",
        "status": "error",
    }


def write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))


def runs(*results: dict[str, Any], at: str = "2026-11-22T08:00:00Z", which: str = "build") -> dict[str, Any]:
    return {"metadata": head("run-results", at), "results": list(results), "args": {"which": which}}


def measured(*results: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": head("sources", "2026-11-22T08:50:00Z"), "results": list(results)}


LAST_RUN = runs(*(built(name, "2026-11-22T08:00:00.123456Z") for name in ("orders", "stores", "fct")))


def test_the_target_folder_is_read_by_itself(run: Run, make: Make) -> None:
    root = make(FILES)
    write(root / "target/run_results.json", LAST_RUN)
    write(
        root / "target/sources.json",
        measured(loaded("orders", "2026-11-22T08:40:00+00:00"), loaded("stores", "2026-11-22T07:00:00")),
    )
    outcome = run("plan", *AT)
    assert outcome.out.splitlines()[0] == (
        "Plan at 2026-11-22 09:00 UTC, builds from target/run_results.json (dbt 1.11.16), 1 h old, "
        "new data from target/sources.json (dbt 1.11.16), 10 min old"
    )
    assert "  + orders  build    new data in source raw.orders (08:40 UTC)" in outcome.out
    assert "  + fct     build    orders is built in this run" in outcome.out
    assert "  = stores  reuse    no parent has new data" in outcome.out
    assert "nothing known" in run("plan", *AT, "--no-state").out


def test_what_dbt_did_not_measure_stays_open(run: Run, make: Make) -> None:
    root = make(FILES)
    write(root / "target/run_results.json", LAST_RUN)
    write(root / "target/sources.json", measured(loaded("orders", "0001-01-01T00:00:00+00:00")))
    out = run("plan", *AT).out
    assert "  = orders  reuse" in out  # the table is empty
    assert "  ? stores  unknown  depends on source raw.stores, which was not measured" in out


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (built("orders", "2026-11-22T08:00:00Z", "error"), "+ orders  build    its last build failed"),
        (
            built("orders", "2026-11-22T08:00:00Z", "partial success"),
            "+ orders  build    its last build failed",
        ),
        (built("orders", "2026-11-22T08:00:00Z", "skipped"), "? orders  unknown"),
        (built("orders", "2026-11-22T08:00:00Z", "no-op"), "? orders  unknown"),
        (built("orders", "2026-11-22T08:00:00Z", "reused"), "? orders  unknown"),
        (built("orders", "2026-11-22T08:00:00Z", message="NO-OP (reused)"), "? orders  unknown"),
    ],
)
def test_how_the_last_attempt_ended(run: Run, make: Make, result: dict[str, Any], word: str) -> None:
    root = make(FILES)
    write(root / "target/run_results.json", runs(result))
    assert word in run("plan", *AT).out


@pytest.mark.parametrize("which", ["compile", "generate", "freshness", "list"])
def test_commands_that_build_nothing(run: Run, make: Make, which: str) -> None:
    root = make(FILES)
    write(root / "target/run_results.json", {**LAST_RUN, "args": {"which": which}})
    assert "3 unknown" in run("plan", *AT).out


def test_many_runs_count_by_their_newest_attempt(run: Run, make: Make) -> None:
    root = make(FILES)
    write(
        root / "runs/2/run_results.json",
        runs(built("orders", "2026-11-22T08:30:00Z"), at="2026-11-22T08:31:00Z"),
    )
    write(root / "runs/1/run_results.json", runs(built("orders", "2026-11-22T07:00:00Z", "error")))
    write(root / "runs/2/sources.json", measured(loaded("orders", "2026-11-22T08:10:00Z")))
    outcome = run("plan", *AT, "--state", "runs", "--explain", "orders")
    assert outcome.out.startswith("orders: reuse, no parent has new data\n")
    assert "2026-11-22 08:30 UTC, 30 min ago" in outcome.out


def test_nodes_that_are_gone_are_named(run: Run, make: Make) -> None:
    root = make(FILES)
    write(root / "target/run_results.json", runs(built("former", "2026-11-22T08:00:00Z")))
    assert "not in the project any more, or under another name: `model.shop.former`\n" in run("plan", *AT).err


def test_both_dbts_together_are_told(run: Run, make: Make) -> None:
    root = make(FILES)
    write(root / "target/run_results.json", LAST_RUN)
    write(
        root / "target/sources.json",
        {**measured(), "metadata": head("sources", "2026-11-22T08:00:00Z", "2.0.0-preview.196")},
    )
    assert "some artifacts are of dbt Core and some of dbt v2" in run("plan", *AT).err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON; it may be half written"),
        ('{"metadata": {', "not JSON; it may be half written"),
        ("[" * 100_000, "not JSON; it may be half written"),
        ("[]", "its top is no object"),
        ("{}", "it does not say its schema"),
        (json.dumps({"metadata": head("manifest", "")}), "is a manifest file of dbt, not run_results.json"),
        ('{"metadata": {"dbt_schema_version": "https://x/dbt/run-results/v1.json"}}', "too old"),
    ],
)
def test_artifacts_that_cannot_be_used(run: Run, make: Make, text: str, message: str) -> None:
    root = make(FILES)
    (root / "target").mkdir()
    (root / "target/run_results.json").write_text(text)
    outcome = run("plan", *AT)
    assert outcome.code == 4
    assert message in outcome.err
    assert "run_results.json" in outcome.err
    assert run("plan", *AT, "--no-state").code == 0


def test_any_json_is_taken_without_a_crash(run: Run, make: Make) -> None:
    root = make(FILES)
    odd: list[Any] = [None, 1, "x", [], {}, {"unique_id": 1}, {"unique_id": "model.shop.fct", "status": []}]
    odd += [
        built("orders", value) for value in ("", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    ]
    odd.append({**built("fct", "2026-11-22T08:00:00Z"), "timing": "x", "execution_time": "x"})
    write(root / "target/run_results.json", {**LAST_RUN, "results": odd})
    write(
        root / "target/sources.json",
        {**measured(), "results": [None, {"unique_id": []}, loaded("orders", "x")]},
    )
    assert run("plan", *AT).code == 0
    write(root / "target/run_results.json", {**LAST_RUN, "results": {"a": 1}, "args": 3})
    assert run("plan", *AT).code == 0


def test_a_folder_without_artifacts(run: Run, make: Make) -> None:
    make(FILES)
    assert run("plan", "--state", "nowhere").err.startswith("stateaware: --state: no folder nowhere\n")
    assert "no run_results.json in models" in run("plan", "--state", "models").err
    assert "no file none.json" in run("plan", "--sources", "none.json").err


def manifest(invocation: str, **code: str) -> dict[str, Any]:
    nodes = {
        f"model.shop.{name}": {
            "unique_id": f"model.shop.{name}",
            "resource_type": "model",
            "package_name": "shop",
            "raw_code": text,
            "config": {"materialized": "view"},
            "depends_on": {"macros": [], "nodes": []},
        }
        for name, text in code.items()
    }
    metadata = {**head("manifest", "2026-11-22T08:00:00Z"), "invocation_id": invocation}
    return {"metadata": metadata, "nodes": nodes, "sources": {}, "macros": {}, "disabled": {}}


def test_code_is_compared_with_the_manifest_of_the_run(run: Run, make: Make) -> None:
    root = make(FILES)
    code = {name: FILES[f"models/{name}.sql"] for name in ("orders", "stores", "fct")}
    code["orders"] = code["orders"].replace("select *", "select  * -- all of it\n")
    write(root / "target/run_results.json", LAST_RUN)
    write(
        root / "target/sources.json",
        measured(*(loaded(n, "2026-11-22T07:00:00Z") for n in ("orders", "stores"))),
    )
    write(root / "target/manifest.json", manifest("x", **{**code, "stores": "select 1 as id"}))
    out = run("plan", *AT).out
    assert "  = orders  reuse    no parent has new data" in out  # only a comment differs
    assert "  + stores  build    code changed" in out
    assert "its code is the same" not in out


def test_a_manifest_of_another_command_tells_nothing_of_the_code_that_was_built(run: Run, make: Make) -> None:
    root = make(FILES)
    write(root / "target/run_results.json", LAST_RUN)
    write(
        root / "target/sources.json",
        measured(*(loaded(n, "2026-11-22T07:00:00Z") for n in ("orders", "stores"))),
    )
    write(
        root / "target/manifest.json",
        manifest("of dbt parse", orders="select 2", stores="select 2", fct="select 2"),
    )
    out = run("plan", *AT).out
    assert "3 to reuse" in out
    assert "its code is the same as when it was last built" in out
