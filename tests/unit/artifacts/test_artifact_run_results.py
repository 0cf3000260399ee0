"""run_results.json of real dbt: what is a build, what is none, and which attempt is the last."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from dbt_wrote import CORE, RECORDED, load, result, write

from stateaware.artifacts.reading import read_moment
from stateaware.artifacts.run_results import Runs, read_run_results
from stateaware.artifacts.then import built_code

ORDERS, COUNTRY, REPORT = "model.shop.orders", "model.shop.by_country.v1", "model.shop.report"
NO_DEBTS = "test.shop.no_debts"


def read(version: str, *steps: str) -> Runs:
    """Recorded runs."""
    return read_run_results([RECORDED / version / step for step in steps])


def changed(tmp_path: Path, **changes: Any) -> Runs:
    """The first run with other values in the result of a model."""
    document = load("1.11", "run1", "run_results.json")
    result(document, ORDERS).update(changes)
    return read_run_results([write(tmp_path / "run_results.json", document)])


@pytest.mark.parametrize("version", CORE)
def test_a_build_is_dated_by_its_execution(version: str) -> None:
    runs = read(version, "run1")
    written = result(load(version, "run1", "run_results.json"), ORDERS)
    execute = next(step for step in written["timing"] if step["name"] == "execute")
    record = runs.records[ORDERS]
    assert record.status == "success"
    assert record.completed_at == read_moment(execute["completed_at"])
    assert record.started_at == read_moment(execute["started_at"])
    assert record.upstream is None
    assert runs.durations[ORDERS] == timedelta(seconds=written["execution_time"])
    assert runs.built[ORDERS].relation == '"shop"."main"."orders"'


@pytest.mark.parametrize("version", CORE)
def test_seeds_snapshots_and_tests_have_records_and_what_is_not_built_has_none(version: str) -> None:
    runs = read(version, "run1")
    assert {key.partition(".")[0] for key in runs.records} == {
        "model",
        "seed",
        "snapshot",
        "test",
        "unit_test",
    }
    assert "model.shop.inline_orders" not in runs.records  # ephemeral
    assert "exposure.shop.dashboard" not in runs.records  # no-op
    assert runs.records[NO_DEBTS].status == "success"
    assert runs.notes == ()


@pytest.mark.parametrize("version", CORE)
def test_an_error_is_an_attempt_and_a_skip_is_none(version: str) -> None:
    runs = read(version, "run1", "run2")
    assert runs.records[COUNTRY].status == "error"
    assert runs.records[COUNTRY].completed_at > runs.successes[COUNTRY].completed_at
    # the table of the last good build is still there
    assert runs.records[COUNTRY].own_version == runs.successes[COUNTRY].own_version
    first = read(version, "run1")
    assert runs.records[REPORT] == first.records[REPORT]
    assert runs.durations[COUNTRY] == first.durations[COUNTRY]
    assert runs.records[ORDERS].completed_at > first.records[ORDERS].completed_at


def test_a_microbatch_that_succeeds_in_part_is_no_success() -> None:
    record = read("1.11", "run1", "run2").records["model.shop.batches"]
    assert record.status == "partial success"
    assert read("1.11", "run1", "run2", "run3").records["model.shop.batches"].status == "success"


@pytest.mark.parametrize("version", CORE)
def test_retry_builds(version: str) -> None:
    runs = read(version, "run1", "run2", "run3")
    assert [runs.records[key].status for key in (COUNTRY, REPORT)] == ["success", "success"]
    assert len(runs.files) == 3


@pytest.mark.parametrize("version", CORE)
def test_the_order_in_which_files_are_named_does_not_matter(version: str) -> None:
    steps = ("run1", "run2", "run3", "tested")
    assert read(version, *steps).records == read(version, *reversed(steps)).records


@pytest.mark.parametrize("version", CORE)
@pytest.mark.parametrize("step", ["compiled", "documented", "cloned"])
def test_commands_that_write_success_and_build_nothing(version: str, step: str) -> None:
    assert any(one["status"] == "success" for one in load(version, step, "run_results.json")["results"])
    assert read(version, step).records == {}
    assert read(version, "run1", step).records == read(version, "run1").records


@pytest.mark.parametrize("version", CORE)
def test_tables_that_were_made_empty_are_no_builds(version: str) -> None:
    runs = read(version, "run1", "empty")
    assert runs.records == read(version, "run1").records
    assert "is of a run with --empty" in runs.notes[0]


@pytest.mark.parametrize("version", CORE)
def test_a_command_that_only_tests(version: str) -> None:
    runs = read(version, "run1", "failing")
    assert runs.records[NO_DEBTS].status == "error"
    assert runs.successes[NO_DEBTS].status == "success"
    assert runs.records[ORDERS] == read(version, "run1").records[ORDERS]
    assert read(version, "failing", "tested").records[NO_DEBTS].status == "error"  # the later one


def test_v2_compile_and_build_without_a_warehouse() -> None:
    compiled = read("2.0", "compiled")
    assert compiled.records == {}
    assert compiled.files[0].engine == "fusion"
    failed = read("2.0", "run1")
    assert {record.status for record in failed.records.values()} == {"error"}
    assert failed.durations == failed.built == {}


def test_a_whole_folder_of_runs() -> None:
    runs = read_run_results([RECORDED / "1.11"])
    assert len(runs.files) == 9
    assert [artifact.generated_at for artifact in runs.files] == sorted(
        artifact.generated_at for artifact in runs.files if artifact.generated_at is not None
    )
    deeper = read_run_results([RECORDED])
    assert {artifact.engine for artifact in deeper.files} == {"core", "fusion"}


@pytest.mark.parametrize("message", ["NO-OP", "no-op (reused)", "CLONE table x", "Reused from 2026-11-22"])
def test_a_reuse_that_is_written_as_a_success(tmp_path: Path, message: str) -> None:
    runs = changed(tmp_path, message=message)
    assert ORDERS not in runs.records
    assert ORDERS not in runs.durations


def test_a_reused_test_that_v2_writes_as_a_pass(tmp_path: Path) -> None:
    document = load("1.11", "run1", "run_results.json")
    result(document, NO_DEBTS).update(message="NO-OP")
    assert NO_DEBTS not in read_run_results([write(tmp_path / "r.json", document)]).records


@pytest.mark.parametrize("changes", [{"status": "reused", "timing": []}, {"message": "NO-OP"}])
def test_what_is_reused_was_looked_at_and_does_not_expire(tmp_path: Path, changes: dict[str, Any]) -> None:
    later = load("1.11", "run2", "run_results.json")
    result(later, ORDERS).update(changes)
    path = write(tmp_path / "run_results.json", later)
    before = read("1.11", "run1").records[ORDERS]
    record = read_run_results([RECORDED / "1.11/run1", path]).records[ORDERS]
    assert record.completed_at == before.completed_at
    assert record.touched_at == read_moment(later["metadata"]["generated_at"])


def test_a_result_without_times_is_dated_by_its_file(tmp_path: Path) -> None:
    runs = changed(tmp_path, status="error", timing=[])
    assert runs.records[ORDERS].completed_at == runs.files[0].generated_at
    assert runs.records[ORDERS].started_at is None


def test_times_without_a_zone_are_utc(tmp_path: Path) -> None:
    timing = [{"name": "execute", "started_at": "2026-11-22T09:00:00", "completed_at": "2026-11-22T09:01:00"}]
    record = changed(tmp_path, timing=timing).records[ORDERS]
    assert record.completed_at == datetime(2026, 11, 22, 9, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize("seconds", [None, "3", -1, float("nan"), float("inf"), 1e300, True, [], 10**400])
def test_durations_that_are_none(tmp_path: Path, seconds: object) -> None:
    runs = changed(tmp_path, execution_time=seconds)
    assert ORDERS not in runs.durations
    assert runs.records[ORDERS].status == "success"


def test_a_status_of_the_future_is_named(tmp_path: Path) -> None:
    runs = changed(tmp_path, status="sublimated")
    assert ORDERS not in runs.records
    assert runs.notes == ("results with a status that is not known are left out: `sublimated`",)


def test_runs_of_two_targets_are_noted(tmp_path: Path) -> None:
    other = load("1.11", "run2", "run_results.json")
    result(other, ORDERS)["relation_name"] = '"shop"."other"."orders"'
    runs = read_run_results([RECORDED / "1.11/run1", write(tmp_path / "run_results.json", other)])
    assert runs.notes[0].startswith(f"built under different names in these runs: `{ORDERS}`")


def test_a_file_without_arguments_counts(tmp_path: Path) -> None:
    document = load("1.11", "run1", "run_results.json")
    del document["args"]
    assert ORDERS in read_run_results([write(tmp_path / "r.json", document)]).records


@pytest.mark.parametrize("version", CORE)
def test_the_code_of_a_build_is_in_the_manifest_of_the_same_run(tmp_path: Path, version: str) -> None:
    whole = built_code(read(version, "run1"))[ORDERS]
    assert whole.whole
    assert whole.raw is not None
    assert len(whole.macros) == 2
    # the target folder after a later `dbt parse`
    write(tmp_path / "run_results.json", load(version, "run1", "run_results.json"))
    write(tmp_path / "manifest.json", load(version, "parsed", "manifest.json"))
    part = built_code(read_run_results([tmp_path]))[ORDERS]
    assert (part.whole, part.raw) == (False, None)
    assert part.compiled == whole.compiled
    assert part.relation == whole.relation
