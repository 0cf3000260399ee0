"""What a selection can name of a manifest is what the recorded answers were replayed with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from record import list_resources
from replay import make_resource

from stateaware.artifacts.manifest import read_manifest
from stateaware.records import replace
from stateaware.select.resource import Resource

TESTS: Final = Path(__file__).resolve().parents[1]
MANIFESTS: Final = (
    "dbt_runs/recorded/1.8/parsed",
    "dbt_runs/recorded/1.11/run1",
    "dbt_runs/recorded/2.0/parsed",
    "select/state/recorded/now",
)


def told(one: Resource) -> Resource:
    """Without what a selection does not look at, or asks in the same way whether it is there or not."""
    config = {key: value for key, value in one.config.items() if value not in (None, [], {})}
    return replace(one, config=config, attached_node="")


@pytest.mark.parametrize("folder", MANIFESTS)
def test_a_manifest_gives_what_was_replayed(folder: str) -> None:
    manifest = read_manifest(TESTS / folder)
    document: dict[str, Any] = json.loads((TESTS / folder / "manifest.json").read_text("utf-8"))
    replayed = {one.unique_id: one for one in map(make_resource, list_resources(document))}
    found = {one.unique_id: told(one) for one in manifest.resources if one.enabled}
    assert found.keys() == replayed.keys()
    assert {key: one for key, one in found.items() if one != told(replayed[key])} == {}
