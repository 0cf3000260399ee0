"""Example files, found by where they lie.

``schemas/good/NAME/*`` passes the schema NAME, ``schemas/bad/NAME/*`` does not. A bad file says in
comments where the schema must object, and it objects nowhere else: ``# refuses: models.0.config``.
With ``# each: KEY`` a file is a list, and each item is tried alone as the value of KEY.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml_core
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from stateaware.schema_files import bundle_schema

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EXAMPLES: Final = Path(__file__).parent / "schemas"
PROJECTS: Final = Path(__file__).parents[2] / "examples"
REFUSES: Final = re.compile(r"^# refuses: (.+)$", re.MULTILINE)
EACH: Final = re.compile(r"^# each: (.+)$", re.MULTILINE)


@cache
def validator(name: str) -> Draft7Validator:
    return Draft7Validator(bundle_schema(name))


def load(path: Path) -> Any:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.suffix == ".toml" else yaml_core.load(path)


def places(schema: str, held: Any) -> set[str]:
    """Where the schema objects: dotted paths down to the key that is refused; ``.`` for the whole."""
    return {place for error in validator(schema).iter_errors(held) for place in places_of(error, held)}


def places_of(error: ValidationError, held: Any) -> list[str]:
    path = [str(part) for part in error.absolute_path]
    parent = held
    for part in error.absolute_path:
        parent = parent[part]
    if error.validator == "additionalProperties":
        return [".".join([*path, key]) for key in parent if repr(key) in error.message]
    if error.validator is None:  # a key that must not be there: jsonschema gives the path of its map
        return [".".join([*path, key]) for key, value in parent.items() if value is error.instance]
    return [".".join(path) or "."]


def examples(kind: str) -> list[Any]:
    found = sorted(path for path in (EXAMPLES / kind).glob("*/*") if path.suffix in {".yml", ".toml"})
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in found]


@pytest.mark.parametrize("path", examples("good"))
def test_good(path: Path) -> None:
    held, each = load(path), EACH.search(path.read_text(encoding="utf-8"))
    tried = [{each[1]: item} for item in held] if each else [held]

    assert [item for item in tried if places(path.parent.name, item)] == []


@pytest.mark.parametrize("path", examples("bad"))
def test_bad(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    held, each = load(path), EACH.search(text)
    if each:
        assert [item for item in held if not places(path.parent.name, {each[1]: item})] == []
    else:
        assert places(path.parent.name, held) == set(REFUSES.findall(text))


def test_the_example_project_passes() -> None:
    project = PROJECTS / "jaffle_shop"
    files = [
        path for path in sorted(project.rglob("*.yml")) if path.name not in {"packages.yml", "profiles.yml"}
    ]
    schemas = {path: "dbt_project" if path.name == "dbt_project.yml" else "properties" for path in files}

    assert {path.name: found for path in files if (found := places(schemas[path], load(path)))} == {}
    assert "properties" in schemas.values()
