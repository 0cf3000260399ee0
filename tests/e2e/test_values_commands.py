"""``explain``, ``resolve`` and ``verify`` as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stateaware.schema_files import bundle_schema
from written import PROJECT, write_files

FILES: dict[str, str | bytes] = {
    "dbt_project.yml": PROJECT + "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n",
    "models/a.sql": "select * from {{ source('raw', 'pay') }}",
    "models/b.sql": "{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }} select 1 as id",
    "models/s.yml": "sources:\n  - name: raw\n    tables:\n      - name: pay\n        config: {loaded_at_field: _at}\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_files(tmp_path / "shop", FILES)


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "stateaware", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def valid(document: Any, schema: str) -> Any:
    jsonschema.validate(document, bundle_schema(schema))
    return document


def manifest(models: dict[str, Any], version: str = "2.0.0") -> str:
    nodes = {f"model.shop.{name}": {"config": {"freshness": value}} for name, value in models.items()}
    source = {"config": {"freshness": None, "loaded_at_field": "_at"}}
    source["config"]["freshness"] = {  # type: ignore[index]
        "warn_after": {"count": None, "period": None},
        "error_after": {"count": None, "period": None},
    }
    return json.dumps(
        {
            "metadata": {"dbt_version": version},
            "nodes": nodes,
            "sources": {"source.shop.raw.pay": source},
            "disabled": {},
        }
    )


def block(count: int, period: str) -> dict[str, Any]:
    return {"build_after": {"count": count, "period": period, "updates_on": None}}


def test_explain_takes_names_files_and_unique_ids(shop: Path) -> None:
    outputs = {run("explain", name, cwd=shop).stdout for name in ("b", "model.shop.b", "models/b.sql")}
    assert len(outputs) == 1
    assert "build_after   4 hours, when any parent has new data" in outputs.pop()


def test_explain_as_json_fits_its_schema(shop: Path) -> None:
    result = run("explain", "b", "raw.pay", "--format", "json", cwd=shop)
    document = valid(json.loads(result.stdout), "explain-output")
    assert list(document["nodes"]) == ["model.shop.b", "source.shop.raw.pay"]
    first = document["nodes"]["model.shop.b"]["values"][0]
    assert [layer["status"] for layer in first["layers"]] == ["in force", "shadowed"]


def test_a_name_that_nobody_has_gets_the_nearest(shop: Path) -> None:
    result = run("explain", "raw.payy", cwd=shop)
    assert result.returncode == 4
    assert result.stderr == "stateaware: no model or source `raw.payy` in shop\nDid you mean `raw.pay`?\n"


def test_resolve_lists_every_node_with_origins(shop: Path) -> None:
    result = run("resolve", "--engine", "core", cwd=shop)
    document = valid(json.loads(result.stdout), "resolve-output")
    assert (document["engine"], document["project"]) == ("core", "shop")
    assert list(document["nodes"]) == ["model.shop.a", "model.shop.b", "source.shop.raw.pay"]
    origin = document["nodes"]["model.shop.b"]["origins"]["freshness"]
    assert (origin["file"], origin["line"], origin["column"], origin["layer"]) == (
        "models/b.sql",
        1,
        11,
        "config()",
    )
    assert [(s["file"], s["line"]) for s in origin["shadows"]] == [("dbt_project.yml", 6)]


def test_verify_says_nothing_differs(shop: Path) -> None:
    write_files(
        shop, {**FILES, "target/manifest.json": manifest({"a": block(1, "day"), "b": block(4, "hour")})}
    )
    result = run("verify", cwd=shop)
    assert (result.returncode, result.stdout) == (0, "3 nodes, the same as dbt 2.0.0 (dbt v2)\n")


def test_verify_shows_both_values_and_our_origin(shop: Path) -> None:
    write_files(shop, {**FILES, "m.json": manifest({"a": block(2, "day"), "c": None})})
    result = run("verify", "--manifest", "m.json", cwd=shop)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "model.shop.a  freshness",
        '  stateaware  {"build_after": {"count": 1, "period": "day", "updates_on": null}}   dbt_project.yml:6 (project shop)',
        '  dbt         {"build_after": {"count": 2, "period": "day", "updates_on": null}}',
        "model.shop.b  node",
        "  stateaware  there",
        "  dbt         no such node",
        "model.shop.c  node",
        "  stateaware  no such node",
        "  dbt         there",
        "3 nodes, 3 differences from dbt 2.0.0 (dbt v2)",
    ]
    document = valid(
        json.loads(run("verify", "--manifest", "m.json", "--format", "json", cwd=shop).stdout),
        "verify-output",
    )
    assert [(d["node"], d["key"]) for d in document["differences"]] == [
        ("model.shop.a", "freshness"),
        ("model.shop.b", "node"),
        ("model.shop.c", "node"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read {path}: no such file or directory"),
        ("nope", "{path} is not JSON"),
        ("[1]", "{path} is no manifest of dbt"),
        ('{"metadata": {}}', "{path} is no manifest of dbt"),
    ],
)
def test_a_manifest_that_is_none(shop: Path, content: str | None, message: str) -> None:
    path = shop / "m.json"
    if content is not None:
        path.write_text(content)
    result = run("verify", "--manifest", str(path), cwd=shop)
    assert result.returncode == 4
    assert result.stderr.splitlines()[0] == f"stateaware: {message.format(path=path)}"


@pytest.mark.parametrize("command", [("explain", "b"), ("ls",), ("verify", "--manifest", "m.json")])
def test_no_value_is_told_where_the_project_file_is_unreadable(shop: Path, command: tuple[str, ...]) -> None:
    write_files(shop, {**FILES, "dbt_project.yml": PROJECT + "x: [\n", "m.json": manifest({})})
    result = run(*command, cwd=shop)
    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.startswith("stateaware: dbt_project.yml:")


def test_a_manifest_of_another_project(shop: Path) -> None:
    document = json.loads(manifest({}))
    document["metadata"]["project_name"] = "other"
    (shop / "m.json").write_text(json.dumps(document))
    result = run("verify", "--manifest", "m.json", cwd=shop)
    assert result.returncode == 4
    assert "is of the project `other`, not of `shop`" in result.stderr


@pytest.mark.parametrize(
    ("version", "engine", "message"),
    [
        ("2.0.0", "core", "dbt 2.0.0, which is dbt v2, and --engine core stands for dbt Core 1.11"),
        ("1.11.16", "fusion", "dbt 1.11.16, which is dbt Core 1.11, and --engine fusion stands for dbt v2"),
    ],
)
def test_a_manifest_of_another_engine_is_refused(shop: Path, version: str, engine: str, message: str) -> None:
    (shop / "m.json").write_text(manifest({}, version))
    result = run("verify", "--manifest", "m.json", "--engine", engine, cwd=shop)
    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.startswith(f"stateaware: m.json was written by {message}\nLeave out --engine, or ")


def test_a_manifest_is_compared_with_the_documentation_if_asked(shop: Path) -> None:
    (shop / "m.json").write_text(manifest({"a": block(1, "day"), "b": block(4, "hour")}))
    result = run("verify", "--manifest", "m.json", "--engine", "documented", cwd=shop)
    assert (result.returncode, result.stdout) == (
        0,
        "3 nodes, the same as dbt 2.0.0 (the documentation)\n",
    )
    assert result.stderr.startswith(
        "note: m.json was written by dbt 2.0.0; compared with what the documentation says"
    )
    assert run("verify", "--manifest", "m.json", "--engine", "fusion", cwd=shop).stderr == ""
