"""The state file: written and read again, merged, and refused where it is not whole."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stateaware.artifacts.gather import gather
from stateaware.artifacts.manifest import read_manifest
from stateaware.artifacts.reading import ArtifactError
from stateaware.artifacts.state_file import (
    Kept,
    KeptVersion,
    Remembered,
    StateFile,
    read_state_file,
    state_text,
)
from stateaware.artifacts.then import built_code
from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.keep import beside, keep
from stateaware.forecast.origin import ManifestOrigin
from stateaware.forecast.remembering import remember
from stateaware.plan.measured import Version
from stateaware.plan.state import Record, Status, code_differs
from stateaware.schema_files import bundle_schema
from unit.artifacts.dbt_wrote import CORE, RECORDED, load, write

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


def built(minutes: int, status: Status = "success", **more: Any) -> Kept:
    at = NOON + timedelta(minutes=minutes)
    return Kept(Record("model.shop.a", at, status=status, own_version=f"built {minutes}"), **more)


@pytest.mark.parametrize("version", CORE)
def test_what_was_written_is_read_again(tmp_path: Path, version: str) -> None:
    folder = RECORDED / version / "run1"
    manifest = read_manifest(folder)
    found = gather(folder, manifest)
    origin = ManifestOrigin(manifest)
    known, notes = remember(origin, found, built_code(found.runs, None, manifest), Remembered())
    assert notes == ()
    assert known.nodes.keys() == found.state.records.keys()
    file = StateFile({"shop": known, "other": Remembered()}, NOON)
    path = write(tmp_path / "state.json", state_text(file))
    assert read_state_file(path) == file
    Draft202012Validator(bundle_schema("state-file")).validate(json.loads(state_text(file)))
    again, _ = remember(origin, found, built_code(found.runs, None, manifest), known)
    assert again == known
    for unique_id, code in manifest.code.items():
        kept = known.nodes[unique_id].code if unique_id in known.nodes else None
        assert kept is None or not code_differs(*beside(kept, code, "duckdb"))[0]


def test_newer_builds_count_in_any_order() -> None:
    old, new = built(0, seconds=5.0), built(10, seconds=7.0)
    one, other = Remembered({"model.shop.a": old}), Remembered({"model.shop.a": new})
    assert one.merged(other).nodes["model.shop.a"].record == other.merged(one).nodes["model.shop.a"].record
    assert one.merged(other).nodes["model.shop.a"].seconds == 7.0


def test_a_failed_attempt_keeps_what_the_good_build_was_made_of() -> None:
    code = keep(NodeCode("model.shop.a", raw="select 1", engine="1"), "duckdb")
    good = Remembered({"model.shop.a": built(0, seconds=5.0, code=code)})
    failed = good.merged(Remembered({"model.shop.a": built(10, "error")})).nodes["model.shop.a"]
    assert (failed.record.status, failed.seconds, failed.code) == ("error", 5.0, code)
    better = Remembered({"model.shop.a": built(20)})
    assert good.merged(better).nodes["model.shop.a"].code is None


def test_newer_measurements_count_also_if_the_data_went_back() -> None:
    def seen(value: str, minutes: int) -> Remembered:
        version = KeptVersion(Version(value, "loaded_at_field"), NOON + timedelta(minutes=minutes))
        return Remembered(sources={"source.shop.raw.a": version})

    merged = seen("later", 0).merged(seen("earlier", 10)).sources["source.shop.raw.a"]
    assert merged.version.value == "earlier"
    assert seen("earlier", 10).merged(seen("later", 0)).sources["source.shop.raw.a"] == merged


def test_a_renamed_model_is_dropped_with_a_note() -> None:
    manifest = read_manifest(RECORDED / "1.11" / "run1")
    found = gather(None, manifest, [RECORDED / "1.11" / "run1"])
    before = Remembered({"model.shop.old_name": built(0), "model.shop.orders": built(0)})
    known, notes = remember(ManifestOrigin(manifest), found, {}, before)
    assert "model.shop.old_name" not in known.nodes
    assert known.nodes["model.shop.orders"].record.completed_at > NOON
    assert notes == ("dropped, since the project has them no more: `model.shop.old_name`",)


SQL = "select id, {{ cents('a') }} from {{ ref('b') }}"
CODE = NodeCode(
    "model.shop.a",
    raw=SQL,
    compiled="select id, a * 100 from b",
    config={"materialized": "table"},
    macros=("{% macro cents(x) %}{{ x }} * 100{% endmacro %}",),
    engine="1",
)


def changed(**more: Any) -> bool:
    kept = keep(CODE, "duckdb")
    assert kept is not None
    now = {**{name: getattr(CODE, name) for name in CODE.__match_args__}, **more}
    return code_differs(*beside(kept, NodeCode(**now), "duckdb"))[0]


def test_code_is_compared_with_what_was_kept() -> None:
    assert not changed()
    assert not changed(compiled=None)
    assert not changed(raw=f"-- said\n{SQL}", compiled=None)
    assert changed(raw=SQL.replace("id", "name"), compiled=None)
    assert changed(config={"materialized": "view"})
    assert changed(macros=("{% macro cents(x) %}{{ x }} * 10{% endmacro %}",), compiled=None)


@pytest.mark.parametrize("other", [{"whole": False, "macros": (), "engine": ""}, {"engine": "2"}])
def test_beside_files_and_another_engine_only_the_text_counts(other: dict[str, Any]) -> None:
    assert not changed(**other, compiled=None, config={})
    assert not changed(**other, compiled=None, raw=f"{SQL}  -- said")
    assert changed(**other, compiled=None, raw=SQL.replace("id", "name"))


def test_seeds_are_compared_by_their_files() -> None:
    kept = keep(NodeCode("seed.shop.a", raw="dbt:12"), "duckdb")
    assert kept is not None
    assert not code_differs(*beside(kept, NodeCode("seed.shop.a", raw="sha256:12", whole=False), ""))[0]
    assert code_differs(*beside(kept, NodeCode("seed.shop.a", raw="sha256:13"), ""))[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ("[]", "is no state file of stateaware"),
        ({"metadata": {}}, "is no state file of stateaware"),
        ({"stateaware_state": 2, "projects": {}}, "has version 2 of the state file"),
        ({"stateaware_state": 1}, "its `projects` are no object"),
        ({"stateaware_state": 1, "projects": {"shop": 1}}, "`shop` is no object"),
        ({"stateaware_state": 1, "projects": {"shop": {"nodes": {}}}}, "its `sources` are no object"),
        (
            {"stateaware_state": 1, "projects": {"shop": {"nodes": {"model.a.b": {}}, "sources": {}}}},
            "`model.a.b` has no status with a time",
        ),
        (
            {"stateaware_state": 1, "projects": {"a": {"nodes": {}, "sources": {"b": {"how": "guessed"}}}}},
            "`b` is measured in no way that is known",
        ),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(ArtifactError, match=said):
        read_state_file(write(tmp_path / "state.json", content))


def test_no_recorded_artifact_is_taken_for_one(tmp_path: Path) -> None:
    path = write(tmp_path / "state.json", load("1.11", "run1", "run_results.json"))
    with pytest.raises(ArtifactError, match="is no state file"):
        read_state_file(path)
