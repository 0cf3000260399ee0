"""What is said about places of dbt_project.yml."""

from __future__ import annotations

from pathlib import Path

from stateaware.explain.folder import explain_folder
from stateaware.explain.text import folder_lines
from stateaware.text.pieces import plain_line
from written import PROJECT, make_project

TREE = PROJECT + (
    "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n"
    "    marts:\n      +freshness: null\n      core:\n        +state: {lag_tolerance: 4h}\n"
    "    odd: {}\n"
    "  pkg:\n    +freshness: {build_after: {count: 2, period: hour}}\n"
    "sources:\n  shop:\n    +freshness: {warn_after: {count: 6, period: hour}}\n"
)
FILES: dict[str, str | bytes] = {
    "dbt_project.yml": TREE,
    "packages.yml": "packages:\n  - local: pkg\n",
    "pkg/dbt_project.yml": "name: pkg\nversion: '1.0'\nmodels:\n  pkg:\n    +freshness: {build_after: {count: 9, period: day}}\n",
    "pkg/models/p.sql": "select 1 as id",
    "models/a.sql": "select 1 as id",
    "models/b.sql": "{{ config(freshness={'build_after': {'count': 2, 'period': 'hour'}}) }} select 1 as id",
    "models/marts/c.sql": "select 1 as id",
    "models/marts/core/d.sql": "select 1 as id",
    "models/s.yml": "sources:\n  - name: raw\n    tables:\n      - name: pay\n      - name: users\n        config: {freshness: null}\n",
}


def said(tmp_path: Path, resource: str, path: tuple[str, ...], engine: str = "documented") -> str:
    folder = explain_folder(make_project(tmp_path, FILES, engine), resource, path)  # type: ignore[arg-type]
    return "\n".join(plain_line(line) for line in folder_lines(folder))


def test_how_far_a_value_reaches(tmp_path: Path) -> None:
    assert said(tmp_path, "model", ("shop",)) == (
        "models.shop\n"
        "\n"
        "build_after   1 day, when any parent has new data\n"
        "  > dbt_project.yml:6   project shop   1 day, any   in force\n"
        "  the same on dbt v2 and dbt Core 1.11\n"
        "  reaches 4 models, 3 override it"
    )


def test_engines_that_differ_about_a_null(tmp_path: Path) -> None:
    assert said(tmp_path, "model", ("shop", "marts")) == (
        "models.shop.marts\n"
        "\n"
        "build_after   switched off: builds on any code or data change\n"
        "  > dbt_project.yml:8   folder marts   null         clears\n"
        "    dbt_project.yml:6   project shop   1 day, any   cleared\n"
        "  dbt v2: 1 day, when any parent has new data\n"
        "  reaches 2 models"
    )


def test_a_folder_that_inherits(tmp_path: Path) -> None:
    text = said(tmp_path, "model", ("shop", "marts", "core"), "fusion")
    assert text == (
        "models.shop.marts.core\n"
        "\n"
        "build_after   1 day, when any parent has new data\n"
        "    dbt_project.yml:8   folder marts   null         inherits\n"
        "  > dbt_project.yml:6   project shop   1 day, any   in force\n"
        "  reaches 1 model\n"
        "\n"
        "state         lag_tolerance 4 hours\n"
        "  > dbt_project.yml:10   folder core   lag_tolerance 4 hours   in force\n"
        "  reaches 1 model"
    )


def test_nothing_set_and_nothing_reached(tmp_path: Path) -> None:
    assert said(tmp_path, "model", ()) == (
        "models\n\nbuild_after   builds on any code or data change (dbt's default)\n  reaches 5 models, 5 set it nearer"
    )
    assert said(tmp_path, "model", ("shop", "odd")).endswith("\n  reaches no model")


def test_a_package(tmp_path: Path) -> None:
    assert said(tmp_path, "model", ("pkg",)) == (
        "models.pkg\n"
        "\n"
        "build_after   2 hours, when any parent has new data\n"
        "  > dbt_project.yml:13      root project, package pkg   2 hours, any   in force\n"
        "    pkg/dbt_project.yml:5   project pkg                 9 days, any    shadowed\n"
        "  the same on dbt v2 and dbt Core 1.11\n"
        "  reaches 1 model"
    )


def test_sources(tmp_path: Path) -> None:
    text = said(tmp_path, "source", ("shop",))
    assert text.startswith(
        "sources.shop\n\nfreshness     warn after 6 hours\n  > dbt_project.yml:16   project shop"
    )
    assert text.endswith("  reaches 2 source tables, 1 overrides it")
