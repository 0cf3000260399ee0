"""The schema files themselves: whole, self-contained when bundled, and with a text for every key."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for

from stateaware import schema_files
from stateaware.schema_files import UnknownSchemaError, bundle_schema, read_schema, schema_names

OWN: Final = ("dbt_project", "freshness", "properties", "sources", "state", "stateaware")
YAML_FACING: Final = tuple(name for name in OWN if name != "stateaware")
LINK: Final = re.compile(r"\[([^\]]+)\]\(https://docs\.getdbt\.com/[^)]+\)")


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every map inside a schema, from the outside in."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def described_keys(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The keys that a schema knows, each with the schema of its value; not those in conditions."""

    def walk(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if not isinstance(schema, dict):
            return
        for key, value in schema.get("properties", {}).items():
            if isinstance(value, dict):
                target = value["$ref"].removeprefix("#/definitions/") if "$ref" in value else None
                yield key, bundle["definitions"][target] if target else value
        for part in ("items", "additionalProperties"):
            yield from walk(schema.get(part))

    bundle = bundle_schema(name)
    for schema in (bundle, *bundle.get("definitions", {}).values()):
        yield from walk(schema)


def test_names() -> None:
    assert set(OWN) <= set(schema_names())


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownSchemaError, match=r"no schema `freshnes`; there are .*freshness") as raised:
        read_schema("freshnes")

    assert raised.value.known == schema_names()


@pytest.mark.parametrize("name", schema_names())
def test_is_a_schema(name: str) -> None:
    bundle = bundle_schema(name)

    validator_for(bundle).check_schema(bundle)


@pytest.mark.parametrize("name", OWN)
def test_is_draft_07_with_readable_patterns(name: str) -> None:
    assert read_schema(name)["$schema"] == Draft7Validator.META_SCHEMA["$schema"]
    for part in parts(bundle_schema(name)):
        patterns = [
            *part.get("patternProperties", {}),
            *[p for p in [part.get("pattern")] if isinstance(p, str)],
        ]
        assert [pattern for pattern in patterns if not re.compile(pattern)] == []


@pytest.mark.parametrize("name", schema_names())
def test_a_bundle_points_to_nothing_outside(name: str) -> None:
    bundle = bundle_schema(name)
    pointers = {part["$ref"] for part in parts(bundle) if isinstance(part.get("$ref"), str)}

    definitions = {
        f"#/{section}/{key}" for section in ("definitions", "$defs") for key in bundle.get(section, {})
    }
    assert pointers - {"#"} <= definitions
    assert name not in OWN or "$id" not in bundle


def test_validation_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise ConnectionError

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    project = {
        "models": {
            "+freshness": {"build_after": {"count": 4, "period": "hour"}},
            "shop": {"marts": {"+state": {}}},
        },
        "sources": {"+freshness": {"warn_after": {"count": "4", "period": "day"}}},
        "seeds": {"shop": {"+enabled": True}},
    }

    assert Draft7Validator(bundle_schema("dbt_project")).is_valid(project)
    assert not Draft7Validator(bundle_schema("dbt_project")).is_valid({"models": {"+state": 1}})


def test_a_definition_is_written_once_and_used() -> None:
    schemas = {name: read_schema(name) for name in OWN}
    names = Counter(key for schema in schemas.values() for key in schema.get("definitions", {}))
    used = {
        part["$ref"].partition("#/definitions/")[2]
        for schema in schemas.values()
        for part in parts(schema)
        if "$ref" in part
    }

    assert [name for name, count in names.items() if count > 1] == []
    assert set(names) == used


@pytest.mark.parametrize("name", OWN)
def test_every_key_has_a_text(name: str) -> None:
    keys = list(described_keys(name))

    assert keys
    assert [key for key, schema in keys if not schema.get("description")] == []


@pytest.mark.parametrize("name", OWN)
def test_both_texts_say_the_same(name: str) -> None:
    for part in parts(bundle_schema(name)):
        if isinstance(part.get("description"), str) and "label" not in part:
            assert LINK.sub(r"\1", part["markdownDescription"]) == part["description"]
            assert part["description"].endswith(".")


@pytest.mark.parametrize("name", YAML_FACING)
def test_texts_name_the_page_they_come_from(name: str) -> None:
    for key, schema in described_keys(name):
        assert LINK.search(schema["markdownDescription"]), key


def test_an_installed_package_brings_its_schemas(tmp_path: Path) -> None:
    package = tmp_path / "stateaware"
    package.mkdir()
    shutil.copy(schema_files.__file__, package)
    (package / "__init__.py").touch()
    shutil.copytree(Path(__file__).parents[2] / "schemas", package / "schemas")
    code = "import stateaware.schema_files as s; print(*s.bundle_schema('sources')['properties'])"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={}, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("freshness loaded_at_field loaded_at_query", "")


@pytest.mark.parametrize(
    "text", ["1 " * 50_000 + "x", "{{" + " {" * 50_000, "0" * 100_000, "{{ env_var('" * 10_000]
)
def test_patterns_are_quick_on_long_text(text: str) -> None:
    validator = Draft7Validator(bundle_schema("state"))
    began = time.perf_counter()

    assert not validator.is_valid({"evaluate_volatile_sql": text})
    assert validator.is_valid({"lag_tolerance": text}) == ("{{" in text)
    assert time.perf_counter() - began < 5
