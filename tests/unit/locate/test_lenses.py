"""What is said above models, tables and folders."""

from __future__ import annotations

from pathlib import Path

from stateaware.inputs import LoadOptions
from stateaware.locate.lenses import lenses
from stateaware.workspace import load_project
from written import PROJECT, write_files

FILES: dict[str, str | bytes] = {
    "dbt_project.yml": PROJECT
    + "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n"
    + "    staging:\n      +freshness: {build_after: {count: 2, period: hour, updates_on: all}}\n"
    + "    quiet:\n      +materialized: view\n",
    "models/staging/s.yml": "models:\n  - name: plain\n  - name: own\n    config:\n"
    "      freshness: {build_after: {count: 4, period: hour}}\n"
    "sources:\n  - name: raw\n    config: {freshness: {warn_after: {count: 1, period: day}}}\n    tables:\n"
    "      - name: pay\n",
    "models/staging/plain.sql": "select 1 from {{ source('raw', 'pay') }}",
    "models/staging/own.sql": "select 1 from {{ ref('plain') }}",
    "models/code.sql": "{{ config(freshness={'build_after': {'count': 3, 'period': 'hour'}}) }} select 1",
    "models/today.sql": "{{ config(freshness={'build_after': {'count': modules.datetime.date.today().day, 'period': 'day'}}) }} select 1",
}


def said(root: Path, file: str, **changes: str) -> list[tuple[int, str, bool]]:
    write_files(root, {**FILES, **changes})
    project = load_project(root, LoadOptions())
    return [(lens.span.line, lens.text, lens.inherited) for lens in lenses(project, file)]


def test_an_entry_says_what_it_inherits_or_overrides(tmp_path: Path) -> None:
    assert said(tmp_path, "models/staging/s.yml") == [
        (2, "build_after 2 hours, all  ·  from dbt_project.yml:8", True),
        (3, "build_after 4 hours, any  ·  overrides 2 hours, all (dbt_project.yml:8)", False),
        (10, "warn after 1 day  ·  from models/staging/s.yml:8", True),
    ]


def test_a_model_file_says_it_at_its_top(tmp_path: Path) -> None:
    assert said(tmp_path, "models/staging/plain.sql") == [
        (1, "build_after 2 hours, all  ·  from dbt_project.yml:8", True)
    ]
    assert said(tmp_path, "models/code.sql") == [
        (1, "build_after 3 hours, any  ·  overrides 1 day, any (dbt_project.yml:6)", False)
    ]
    (lens,) = said(tmp_path, "models/today.sql")
    assert lens[1].startswith("build_after unknown until dbt runs") or "overrides 1 day" in lens[1]


def test_a_folder_says_how_far_it_reaches(tmp_path: Path) -> None:
    assert said(tmp_path, "dbt_project.yml") == [
        (5, "build_after 1 day, any  ·  reaches 4 models  ·  4 override it", False),
        (7, "build_after 2 hours, all  ·  reaches 2 models  ·  1 overrides it", False),
    ]


def test_nothing_in_force_is_not_talked_about(tmp_path: Path) -> None:
    assert (
        said(tmp_path, "models/code.sql", **{"dbt_project.yml": PROJECT, "models/code.sql": "select 1"}) == []
    )
