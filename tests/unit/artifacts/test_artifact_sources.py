"""sources.json of real dbt: versions of sources, and the dates that are none."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from dbt_wrote import CORE, RECORDED, load, result, write

from stateaware.artifacts.reading import read_moment
from stateaware.artifacts.sources import EMPTY, Measured, read_sources
from stateaware.plan.measured import Version

RAW = "source.shop.raw."
ORDERS = f"{RAW}orders"
START = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)


def read(version: str, *steps: str) -> Measured:
    """Recorded measurements."""
    return read_sources([RECORDED / version / step for step in steps])


def measured(tmp_path: Path, *times: tuple[str | None, timedelta]) -> Measured:
    """One source, measured with these results so long after the start."""
    files = []
    for number, (loaded, after) in enumerate(times):
        document = load("1.11", "run2", "sources.json")
        at = (START + after).isoformat()
        document["metadata"].update(generated_at=at, invocation_id=str(number))
        one = result(document, ORDERS)
        one.update(max_loaded_at=loaded, snapshotted_at=at)
        if loaded is None:
            one["status"] = "runtime error"
        files.append(write(tmp_path / str(number) / "sources.json", document))
    return read_sources(files)


@pytest.mark.parametrize("version", CORE)
def test_versions(version: str) -> None:
    found = read(version, "run1")
    at = datetime(2026, 11, 20, 9, 40, tzinfo=timezone.utc)
    assert found.versions[ORDERS] == Version(at.isoformat(), "loaded_at_field", at)
    assert found.snapshots[ORDERS] == found.history[ORDERS][0].at
    assert found.arrivals[ORDERS] == [at]


@pytest.mark.parametrize("version", CORE)
def test_an_empty_table_is_no_date(version: str) -> None:
    assert result(load(version, "run1", "sources.json"), f"{RAW}nobody")["max_loaded_at"].startswith("0001-")
    found = read(version, "run1")
    assert found.versions[f"{RAW}nobody"].value == EMPTY
    assert f"{RAW}nobody" not in found.arrivals


@pytest.mark.parametrize("version", CORE)
def test_late_sources_have_a_version_too(version: str) -> None:
    document = load(version, "run1", "sources.json")
    assert result(document, f"{RAW}late")["status"] == "error"
    assert result(document, f"{RAW}nobody")["status"] == "warn"
    assert read(version, "run1").versions[f"{RAW}late"].value == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize("version", CORE)
def test_what_failed_or_opted_out_is_absent_and_not_measured(version: str) -> None:
    found = read(version, "run1").versions
    for name in ("only_date", "metadata_only", "opted_out"):
        assert f"{RAW}{name}" not in found
    if version != "1.8":
        for name in ("things", "nulled", "without_thresholds"):
            assert f"source.shop.plain.{name}" not in found


@pytest.mark.parametrize("version", CORE)
def test_zones(version: str) -> None:
    found = read(version, "run1").versions
    assert found[f"{RAW}naive"].value == "2026-11-20T10:00:00+00:00"  # dbt takes it for UTC
    assert found[f"{RAW}offset"].value == "2026-11-20T05:00:00+00:00"
    assert found[f"{RAW}view_of_orders"] == found[ORDERS]


def test_a_query_is_measured() -> None:
    queried = "source.shop.queried.orders"
    how = read_sources([RECORDED / "1.11/run1"], {queried: "loaded_at_query"}).versions[queried].how
    assert how == "loaded_at_query"


@pytest.mark.parametrize("version", CORE)
def test_data_from_the_future_came_when_it_was_first_seen(version: str) -> None:
    found = read(version, "run1")
    future = found.versions[f"{RAW}future"]
    assert future.value == "2999-01-01T00:00:00+00:00"
    assert future.at == found.snapshots[f"{RAW}future"]
    assert found.notes == (
        f"new data is dated after it was measured: `{RAW}future`; what counts is when it was first seen",
    )


@pytest.mark.parametrize("version", CORE)
def test_a_file_of_one_source_does_not_hide_the_others(version: str) -> None:
    assert len(load(version, "run2", "sources.json")["results"]) == 1
    both = read(version, "run2", "run1")
    assert both.versions[ORDERS].value == "2026-11-22T07:30:00+00:00"
    assert both.versions.keys() == read(version, "run1").versions.keys()
    assert [one.isoformat()[:16] for one in both.arrivals[ORDERS]] == ["2026-11-20T09:40", "2026-11-22T07:30"]
    assert both == read(version, "run1", "run2")


def test_a_folder_of_runs() -> None:
    assert read_sources([RECORDED / "1.11"]).versions == read("1.11", "run1", "run2").versions


def test_the_newest_measurement_counts_and_not_the_newest_data(tmp_path: Path) -> None:
    hours = timedelta(hours=1)
    found = measured(
        tmp_path,
        ("2026-11-22T08:00:00Z", 0 * hours),
        ("2026-11-21T00:00:00Z", hours),
        ("2026-11-21T00:00:00Z", 2 * hours),
    )
    # rows were deleted: that is a change, seen an hour after the start
    assert found.versions[ORDERS] == Version("2026-11-21T00:00:00+00:00", "loaded_at_field", START + hours)


def test_a_table_that_was_emptied(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    found = measured(tmp_path, ("2026-11-22T08:00:00Z", 0 * hour), ("0001-01-01T00:00:00+00:00", hour))
    assert found.versions[ORDERS] == Version(EMPTY, "loaded_at_field", START + hour)


def test_data_from_the_future_that_stays_the_same(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    found = measured(tmp_path, *(("2999-01-01T00:00:00Z", n * hour) for n in range(3)))
    assert found.versions[ORDERS].at == START


def test_a_measurement_that_failed(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    found = measured(tmp_path, ("2026-11-22T08:00:00Z", 0 * hour), (None, hour))
    assert found.versions[ORDERS] == Version(None, "failed")
    again = measured(tmp_path, (None, 0 * hour), ("2026-11-22T08:00:00Z", hour))
    assert again.versions[ORDERS].value == "2026-11-22T08:00:00+00:00"


def test_a_time_without_a_zone_is_noted(tmp_path: Path) -> None:
    found = measured(tmp_path, ("2026-11-22T08:00:00", timedelta(0)))
    assert found.versions[ORDERS].value == "2026-11-22T08:00:00+00:00"
    assert found.notes == (f"times of new data without a zone are taken for UTC: `{ORDERS}`",)


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))])
def test_no_version_overflows_in_any_zone(zone: timezone) -> None:
    found = read("1.11", "run1")
    for unique_id, version in found.versions.items():
        if unique_id != f"{RAW}nobody":
            assert version.at is not None
            version.at.astimezone(zone)
    for times in found.arrivals.values():
        for time in times:
            time.astimezone(zone)


@pytest.mark.parametrize(
    "result_",
    [None, 3, {}, {"unique_id": 1}, {"unique_id": ORDERS}, {"unique_id": ORDERS, "max_loaded_at": 7}],
)
def test_what_is_no_measurement(tmp_path: Path, result_: Any) -> None:
    document = load("1.11", "run2", "sources.json")
    document["results"] = [result_]
    assert read_sources([write(tmp_path / "sources.json", document)]).versions == {}


def test_a_measurement_without_its_moment_is_of_the_file_s(tmp_path: Path) -> None:
    document = load("1.11", "run2", "sources.json")
    result(document, ORDERS)["snapshotted_at"] = None
    found = read_sources([write(tmp_path / "sources.json", document)])
    assert found.snapshots[ORDERS] == read_moment(document["metadata"]["generated_at"])
