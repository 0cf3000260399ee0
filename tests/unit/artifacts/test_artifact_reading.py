"""Reading one artifact: whatever is wrong with the file is said, with the file and what to do."""

from __future__ import annotations

import gc
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from dbt_wrote import EVERY, RECORDED, load, write

from stateaware.artifacts import reading
from stateaware.artifacts.manifest import read_manifest
from stateaware.artifacts.reading import ArtifactError, read_artifact, read_moment
from stateaware.artifacts.run_results import read_run_results
from stateaware.artifacts.sources import read_sources


@pytest.mark.parametrize("version", EVERY)
def test_the_version_of_dbt_tells_the_engine_and_the_schema_does_not(version: str) -> None:
    manifest = read_manifest(RECORDED / version / "parsed")
    assert manifest.engine == ("fusion" if version == "2.0" else "core")
    assert manifest.dbt_version.startswith(version)
    assert load(version, "parsed", "manifest.json")["metadata"]["dbt_schema_version"].endswith("/v12.json")
    assert (manifest.adapter, manifest.project_name) == ("duckdb", "shop")
    assert manifest.generated_at is not None
    assert manifest.generated_at.tzinfo is timezone.utc


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON; it may be half written"),
        ('{"metadata": {"dbt_sch', ":1:15: not JSON"),
        ("[]", "its top is no object"),
        ("null", "its top is no object"),
        ("{}", "does not say its schema"),
        ('{"metadata": []}', "does not say its schema"),
        ('{"metadata": {"dbt_schema_version": 12}}', "does not say its schema"),
        ('{"metadata": {"dbt_schema_version": "https://example.com/v12.json"}}', "does not say its schema"),
        ("[" * 100_000, "not JSON"),
        ("9" * 5000, "no object"),
    ],
)
def test_what_is_no_manifest_is_said_with_a_remedy(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path / "manifest.json", text)
    with pytest.raises(ArtifactError) as raised:
        read_manifest(path)
    assert str(path) in raised.value.message
    if "9999" not in text:
        assert told in raised.value.message
    assert "dbt parse" in raised.value.remedy


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(b'{"metadata": "\xff\xfe\xfd"}')
    with pytest.raises(ArtifactError, match="not JSON"):
        read_manifest(path)


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(b"\xef\xbb\xbf" + (RECORDED / "1.11/parsed/manifest.json").read_bytes())
    assert read_manifest(path).project_name == "shop"


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    results = RECORDED / "1.11/run1/run_results.json"
    with pytest.raises(ArtifactError, match="is a run-results file of dbt, not manifest"):
        read_manifest(results)
    with pytest.raises(ArtifactError, match="is a manifest file of dbt, not sources"):
        read_sources([RECORDED / "1.11/parsed/manifest.json"])


def test_an_old_schema(tmp_path: Path) -> None:
    document = load("1.8", "parsed", "manifest.json")
    document["metadata"]["dbt_schema_version"] = "https://schemas.getdbt.com/dbt/manifest/v7.json"
    with pytest.raises(ArtifactError) as raised:
        read_manifest(write(tmp_path / "m.json", document))
    assert "version 7 of its schema, which is too old" in raised.value.message
    assert "1.8" in raised.value.remedy


def test_a_newer_schema_is_read_for_what_is_known_of_it(tmp_path: Path) -> None:
    document = load("2.0", "parsed", "manifest.json")
    document["metadata"]["dbt_schema_version"] = "https://schemas.getdbt.com/dbt/manifest/v20.json"
    assert read_manifest(write(tmp_path / "m.json", document)).lineage.nodes


def test_missing_unreadable_and_big_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArtifactError, match="no file"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(ArtifactError, match="cannot read"):
        read_manifest(tmp_path)
    monkeypatch.setitem(reading._MOST_BYTES, "sources", 100)
    with pytest.raises(ArtifactError, match="is too big"):
        read_sources([RECORDED / "1.11/run1/sources.json"])


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "manifest.json")
    with pytest.raises(ArtifactError, match="cannot read"):
        read_manifest(tmp_path)


def test_one_broken_file_among_runs_is_left_out_with_a_note(tmp_path: Path) -> None:
    write(tmp_path / "a/run_results.json", load("1.11", "run1", "run_results.json"))
    broken = write(tmp_path / "b/run_results.json", '{"metadata"')
    runs = read_run_results([tmp_path])
    assert len(runs.files) == 1
    assert runs.notes == (f"left out: {broken}:1:12: not JSON; it may be half written",)
    with pytest.raises(ArtifactError):
        read_run_results([tmp_path / "b"])
    write(tmp_path / "a/run_results.json", "x")
    with pytest.raises(ArtifactError):
        read_run_results([tmp_path])


def test_a_folder_without_any(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"no run_results.json in"):
        read_run_results([tmp_path])


def test_the_same_run_in_two_places_is_read_once(tmp_path: Path) -> None:
    for place in ("target", "runs/1"):
        write(tmp_path / place / "run_results.json", load("1.11", "run1", "run_results.json"))
    assert len(read_run_results([tmp_path]).files) == 1


def test_the_collector_is_left_as_it_was() -> None:
    before = gc.isenabled()  # whatever another test has left
    try:
        gc.enable()
        read_artifact(RECORDED / "1.11/run1/run_results.json", "run-results")
        assert gc.isenabled()
        gc.disable()
        read_artifact(RECORDED / "1.11/run1/run_results.json", "run-results")
        assert not gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T09:00:00Z", datetime(2026, 11, 22, 9, tzinfo=timezone.utc)),
        ("2026-11-22T09:00:00.123456789Z", datetime(2026, 11, 22, 9, 0, 0, 123456, timezone.utc)),
        ("2026-11-22T10:00:00.5+01:00", datetime(2026, 11, 22, 9, 0, 0, 500000, timezone.utc)),
        ("2026-11-22 09:00:00", datetime(2026, 11, 22, 9, tzinfo=timezone.utc)),
        ("0001-01-01T00:00:00+00:00", datetime(1, 1, 1, tzinfo=timezone.utc)),
        ("0001-01-01T00:00:00+14:00", datetime(1, 1, 1, tzinfo=timezone.utc)),
        ("9999-12-31T23:59:59-12:00", datetime.max.replace(tzinfo=timezone.utc)),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1700000000, None),
        ("2026-13-45T00:00:00Z", None),
        ("2026-11-22T09:00:00Z" * 9, None),
    ],
)
def test_moments(text: object, moment: datetime | None) -> None:
    assert read_moment(text) == moment


def test_recorded_files_hold_nothing_of_the_machine() -> None:
    for path in RECORDED.rglob("*.json"):
        text = path.read_text("utf-8")
        assert json.loads(text)["metadata"]["env"] == {}
        for place in ("/tmp/", "/root/", "/work/", "/home/", "user_id"):  # noqa: S108 - looked for, not used
            assert place not in text, path
