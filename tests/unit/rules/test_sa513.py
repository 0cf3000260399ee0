"""SA513: state and build_after that do not say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import found_in, marked


def project(freshness: str, state: str) -> dict[str, str]:
    text = f"models:\n  - name: a\n    config:\n      freshness: {freshness}\n      state: {state}\n"
    return {"models/a.sql": "select 1", "models/_m.yml": text}


HOURS = "{build_after: {count: 4, period: hour}}"


@pytest.mark.parametrize("engine", ["documented", "fusion"])
def test_fires(tmp_path: Path, engine: str) -> None:
    files = project(HOURS, "{lag_tolerance: 1h}")
    (finding,) = found_in(tmp_path, files, "SA513", engine)
    assert finding.severity == "warning"
    assert finding.message == "lag_tolerance is 1 hour, but build_after is 4 hours"
    assert finding.node == "model.shop.a"
    assert marked(finding, files) == "lag_tolerance: 1h"
    assert finding.related[0].message == "the `build_after` in force"


def test_dbt_core_knows_no_state(tmp_path: Path) -> None:
    assert found_in(tmp_path, project(HOURS, "{lag_tolerance: 1h}"), "SA513", "core") == []


@pytest.mark.parametrize(
    ("freshness", "state", "told"),
    [
        (
            HOURS,
            "{require_fresh_data_from: all}",
            "require_fresh_data_from is `all`, but updates_on is `any`, the default",
        ),
        (
            "{build_after: {count: 4, period: hour, updates_on: all}}",
            "{lag_tolerance: 4h, require_fresh_data_from: any}",
            "require_fresh_data_from is `any`, but updates_on is `all`",
        ),
        (
            "{build_after: {count: 0, period: minute}}",
            "{lag_tolerance: 1 day}",
            "lag_tolerance is 1 day, but build_after is 0 minutes",
        ),
        (
            HOURS,
            "{lag_tolerance: {count: 5, period: hour}}",
            "lag_tolerance is 5 hours, but build_after is 4 hours",
        ),
    ],
)
def test_differences(tmp_path: Path, freshness: str, state: str, told: str) -> None:
    (finding,) = found_in(tmp_path, project(freshness, state), "SA513")
    assert finding.message == told


@pytest.mark.parametrize(
    ("freshness", "state"),
    [
        (HOURS, "{lag_tolerance: 4h}"),
        (HOURS, "{lag_tolerance: 240 minutes}"),
        (HOURS, "{pre_clone: always}"),
        (HOURS, "{require_fresh_data_from: any}"),
        (HOURS, "null"),
        ("null", "{lag_tolerance: 4h}"),
        ("{}", "{lag_tolerance: 4h}"),
        ("{build_after: {updates_on: any}}", "{lag_tolerance: 4h}"),
        ("{build_after: {count: 4}}", "{lag_tolerance: 1h}"),
    ],
)
def test_silent(tmp_path: Path, freshness: str, state: str) -> None:
    assert found_in(tmp_path, project(freshness, state), "SA513") == []


def test_across_layers_once_for_all_models(tmp_path: Path) -> None:
    tree = "name: shop\nmodels:\n  shop:\n    +state: {lag_tolerance: 1h}\n    +freshness: {build_after: {count: 4, period: hour}}\n"
    files = {"dbt_project.yml": tree, **{f"models/m{n}.sql": "select 1" for n in range(5)}}
    (finding,) = found_in(tmp_path, files, "SA513")
    assert finding.node is None
    assert finding.notes[0] == "in force for `m0`, `m1`, `m2` and 2 more"
    files["models/m0.sql"] = "{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }}select 1"
    (finding,) = found_in(tmp_path, files, "SA513")
    assert finding.notes[0] == "in force for `m1`, `m2`, `m3` and `m4`"
