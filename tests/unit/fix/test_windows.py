"""Windows are written where they are in force, or nearer to the model, and nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from stateaware.fix.diff import draw_diff
from stateaware.fix.files import Territory
from stateaware.fix.windows import Key, WrittenWindows, write_windows
from stateaware.inputs import LoadOptions
from stateaware.plan.project import lineage_of
from stateaware.workspace import Project, load_project

HOUR = 3600
FILES = {
    "dbt_project.yml": (
        "name: shop\nversion: '1.0'\nprofile: shop\nmodels:\n  shop:\n    marts:\n"
        "      +freshness: {build_after: {count: 1, period: hour, updates_on: all}}  # fresh\n"
    ),
    "models/m.yml": (
        "models:\n  - name: told  # bare\n  - name: own\n    config:\n      freshness:\n"
        "        build_after:\n          count: '{{ 2 }}'\n          period: 'hour'\n"
        "      state:\n        lag_tolerance: 1 hour\n        require_fresh_data_from: all\n"
    ),
    "models/marts/one.sql": "select 1\n",
    "models/marts/two.sql": "select 2\n",
    "models/told.sql": "select 3\n",
    "models/own.sql": "select 4\n",
    "models/code.sql": (
        "{{ config(freshness={'build_after': {'count': 30, 'period': \"minute\"}}) }}\nselect 5\n"
    ),
    "models/none.sql": "select 6\n",
    "models/called.sql": "{{ config(materialized='table') }}\nselect 7\n",
    "models/py.py": "def model(dbt, session):\n    dbt.config(materialized='table')\n    return 1\n",
}


def written(
    folder: Path,
    seconds: Mapping[str, int | None],
    key: Key = "build_after",
    files: Mapping[str, str] = FILES,
) -> tuple[WrittenWindows, list[str]]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    found = write_windows(
        project_of(folder),
        {f"model.shop.{name}": value for name, value in seconds.items()},
        key,
        Territory(folder),
    )
    lines = draw_diff(found.changes, folder).splitlines()
    return found, [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def project_of(folder: Path) -> Project:
    return load_project(folder, LoadOptions())


@pytest.mark.parametrize(
    ("seconds", "diff"),
    [
        (
            {"one": 4 * HOUR, "two": 4 * HOUR},
            [
                "-      +freshness: {build_after: {count: 1, period: hour, updates_on: all}}  # fresh",
                "+      +freshness: {build_after: {count: 4, period: hour, updates_on: all}}  # fresh",
            ],
        ),
        (
            {"one": 86400},
            [
                "+{{ config(freshness={'build_after': {'count': 1, 'period': 'day', 'updates_on': 'all'}}) }}",
                "+",
            ],
        ),
        (
            {"told": 1800},
            [
                "+    config:",
                "+      freshness:",
                "+        build_after: {count: 30, period: minute}",
            ],
        ),
        (
            {"own": 6 * HOUR},
            ["-          count: '{{ 2 }}'", "+          count: 6"],
        ),
        (
            {"code": 2 * 86400},
            [
                "-{{ config(freshness={'build_after': {'count': 30, 'period': \"minute\"}}) }}",
                "+{{ config(freshness={'build_after': {'count': 2, 'period': \"day\"}}) }}",
            ],
        ),
        (
            {"none": HOUR},
            ["+{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }}", "+"],
        ),
        (
            {"called": 0},
            [
                "-{{ config(materialized='table') }}",
                "+{{ config(materialized='table', freshness={'build_after': {'count': 0, 'period': 'minute'}}) }}",
            ],
        ),
        (
            {"py": 900},
            [
                "-    dbt.config(materialized='table')",
                (
                    "+    dbt.config(materialized='table', "
                    'freshness={"build_after": {"count": 15, "period": "minute"}})'
                ),
            ],
        ),
        ({"one": HOUR, "two": HOUR, "own": 2 * HOUR, "none": None}, []),
    ],
)
def test_where_a_window_is_written(tmp_path: Path, seconds: dict[str, int | None], diff: list[str]) -> None:
    found, lines = written(tmp_path, seconds)
    assert lines == diff
    assert not found.refused
    assert all(place.rpartition(":")[2].isdigit() for place in found.places.values())


def test_a_setting_gets_what_most_need_and_the_others_one_of_their_own(tmp_path: Path) -> None:
    files = {**FILES, "models/marts/three.sql": "select 8\n"}
    found, lines = written(tmp_path, {"one": 4 * HOUR, "two": HOUR, "three": 4 * HOUR}, files=files)
    assert len(found.changes) == 2
    assert (
        "+{{ config(freshness={'build_after': {'count': 1, 'period': 'hour', 'updates_on': 'all'}}) }}"
        in lines
    )
    for change in found.changes:
        change.path.write_bytes(change.after)
    nodes = lineage_of(project_of(tmp_path)).nodes
    windows = {key.rpartition(".")[2]: node.build_after for key, node in nodes.items()}
    assert [(one.seconds, one.waits) for name in ("one", "two", "three") if (one := windows[name])] == [
        (4 * HOUR, "all"),
        (HOUR, "all"),
        (4 * HOUR, "all"),
    ]


@pytest.mark.parametrize(
    ("seconds", "diff"),
    [
        ({"own": 4 * HOUR}, ["-        lag_tolerance: 1 hour", "+        lag_tolerance: 4 hours"]),
        (
            {"told": 86400},
            ["+    config:", "+      state:", "+        lag_tolerance: 1 day"],
        ),
        ({"none": HOUR}, ["+{{ config(state={'lag_tolerance': '1 hour'}) }}", "+"]),
    ],
)
def test_lag_tolerance(tmp_path: Path, seconds: dict[str, int | None], diff: list[str]) -> None:
    found, lines = written(tmp_path, seconds, "lag_tolerance")
    assert lines == diff
    assert not found.refused


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    files = {
        **FILES,
        "models/both.sql": (
            "{% if true %}{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }}{% endif %}\n"
            "{{ config(freshness=var('x')) }}\nselect 1\n"
        ),
        "models/bare.py": "def model(dbt, session):\n    return 1\n",
    }
    found, lines = written(tmp_path, {"bare": HOUR, "both": 2 * HOUR}, files=files)
    assert lines == []
    assert found.refused == {
        "model.shop.bare": "there is no clean place for it",
        "model.shop.both": "there is no clean place for it",
    }
    assert found.places == {}


def test_files_outside_are_not_changed(tmp_path: Path) -> None:
    written(tmp_path, {})
    found = write_windows(
        project_of(tmp_path), {"model.shop.none": HOUR}, "build_after", Territory(tmp_path / "elsewhere")
    )
    assert found.changes == ()
    assert list(found.refused) == ["model.shop.none"]
