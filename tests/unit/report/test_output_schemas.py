"""The schemas of the JSON outputs are sound, complete and true to dbt's own values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

REPOSITORY = Path(__file__).parents[3]
CASES = REPOSITORY / "tests" / "conformance" / "cases"
NAMES = ("check", "resolve", "explain")


def load(name: str) -> Any:
    return json.loads((REPOSITORY / "schemas" / f"{name}-output.schema.json").read_text("utf-8"))


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            yield from parts(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from parts(value, f"{path}/{number}")


@pytest.mark.parametrize("name", NAMES)
def test_is_a_valid_schema(name: str) -> None:
    schema = load(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f"/{name}-output.schema.json")
    references = {part["$ref"] for _, part in parts(schema) if "$ref" in part}
    assert references == {f"#/$defs/{definition}" for definition in schema["$defs"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_described(name: str) -> None:
    schema = load(name)
    bare = [
        f"{path}/properties/{key}"
        for path, part in parts(schema)
        if part.get("type") == "object" and "required" in part
        for key, value in part.get("properties", {}).items()
        if not {"description", "$ref", "const", "anyOf"} & set(value)
    ]
    assert bare == []


def test_shared_definitions_are_the_same() -> None:
    definitions = [load(name)["$defs"] for name in NAMES]
    for one in definitions:
        for other in definitions:
            shared = (set(one) & set(other)) - {"node"}
            assert {key: one[key] for key in shared} == {key: other[key] for key in shared}


def test_dbts_own_values_fit() -> None:
    schema = load("resolve")
    validator = Draft202012Validator({"$ref": "#/$defs/node", "$defs": schema["$defs"]})
    keys = schema["$defs"]["node"]["properties"]["config"]["properties"]
    checked = 0
    for path in sorted(CASES.glob("*/expected.yaml")):
        for run in yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["runs"]:
            for unique_id, node in (run.get("nodes") or {}).items():
                document = {
                    "resource_type": node["resource_type"],
                    "path": node["path"],
                    "fqn": node["fqn"],
                    "config": {
                        key: value for key, value in (node.get("config") or {}).items() if key in keys
                    },
                    "origins": {},
                    "unknown": [],
                }
                problems = [error.message for error in validator.iter_errors(document)]
                assert problems == [], (path.parent.name, run["engine"], unique_id)
                checked += 1
    assert checked > 500


def test_what_is_wrong_is_rejected() -> None:
    schema = load("resolve")
    validator = Draft202012Validator({"$ref": "#/$defs/node", "$defs": schema["$defs"]})
    node = {
        "resource_type": "model",
        "path": "a.sql",
        "fqn": ["a"],
        "config": {},
        "origins": {},
        "unknown": [],
    }
    origin = {
        "file": "a",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 2,
        "layer": "project",
        "shadows": [],
    }
    unknown = {"unknown": True, "reason": "env_var", "origin": {key: origin[key] for key in list(origin)[:5]}}
    fine = [
        {"config": {"freshness": unknown}},
        {"config": {"freshness": {"build_after": {"count": unknown, "period": "hour"}}}},
        {"origins": {"freshness": {**origin, "shadows": [{key: origin[key] for key in list(origin)[:6]}]}}},
        {"unknown": [{"key": "state", "reason": "now()"}]},
    ]
    wrong = [
        {"config": {"freshness": {"warn_after": None}}},
        {"config": {"freshness": {"build_after": {"count": "4"}}}},
        {"config": {"tags": []}},
        {"origins": {"freshness": {key: origin[key] for key in list(origin)[:6]}}},
        {"origins": {"meta": origin}},
        {"unknown": ["state"]},
    ]
    assert [validator.is_valid({**node, **change}) for change in fine] == [True] * len(fine)
    assert [validator.is_valid({**node, **change}) for change in wrong] == [False] * len(wrong)
