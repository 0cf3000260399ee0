"""SA504: sources that nothing dates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unit.rules.projects import found_in, marked

WARN = "freshness: {warn_after: {count: 1, period: day}}"


def project(config: str = WARN, tables: str = "[{name: orders}]", **files: str) -> dict[str, str]:
    text = f"sources:\n  - name: raw\n    config:\n      {config}\n    tables: {tables}\n"
    return {"models/_s.yml": text, **files}


def state_aware(config: str = "tags: [a]", tables: str = "[{name: orders}]") -> dict[str, str]:
    files = project(config, tables)
    files["models/a.sql"] = (
        "{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }}"
        "select * from {{ source('raw', 'orders') }}"
    )
    return files


def catalog(folder: Path, kind: str = "VIEW") -> None:
    document = {
        "metadata": {"generated_at": "2026-11-20T08:00:00Z"},
        "sources": {"source.shop.raw.orders": {"metadata": {"type": kind}}},
    }
    (folder / "target").mkdir(exist_ok=True)
    (folder / "target" / "catalog.json").write_text(json.dumps(document))


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_a_threshold_without_metadata(tmp_path: Path, engine: str) -> None:
    files = project()
    (finding,) = found_in(tmp_path, files, "SA504", engine, adapter="duckdb")
    assert finding.severity == "warning"
    assert finding.message == (
        "nothing tells when `raw.orders` was loaded: no loaded_at, and duckdb has no metadata"
    )
    assert finding.node == "source.shop.raw.orders"
    assert marked(finding, files) == "raw"
    assert finding.notes == ("`dbt source freshness` fails here: it needs a loaded_at on this adapter",)


def test_a_state_aware_project(tmp_path: Path) -> None:
    (finding,) = found_in(tmp_path, state_aware(), "SA504", adapter="postgres")
    assert finding.notes == ("what cannot be dated counts as new data in every state-aware build",)


def test_one_finding_for_a_source(tmp_path: Path) -> None:
    files = state_aware(tables="[{name: orders}, {name: b}, {name: c}, {name: d}, {name: e}]")
    (finding,) = found_in(tmp_path, files, "SA504", adapter="duckdb")
    assert "when `raw.orders`, `raw.b`, `raw.c` and 2 more were loaded" in finding.message
    assert finding.node is None
    assert marked(finding, files) == "raw"


def test_one_table_of_several(tmp_path: Path) -> None:
    files = state_aware(tables="[{name: orders}, {name: b, config: {loaded_at_field: t}}]")
    (finding,) = found_in(tmp_path, files, "SA504", adapter="duckdb")
    assert marked(finding, files) == "orders"


@pytest.mark.parametrize(
    "config",
    [
        "loaded_at_field: t",
        "loaded_at_query: select max(t) from x",
        "freshness: null",
        "enabled: false",
        "enabled: \"{{ var('x') }}\"",
    ],
)
def test_silent(tmp_path: Path, config: str) -> None:
    assert found_in(tmp_path, state_aware(config), "SA504", adapter="duckdb") == []


@pytest.mark.parametrize("adapter", ["snowflake", "bigquery", "redshift", "databricks", "sqlserver"])
def test_adapters_that_know_or_may_know(tmp_path: Path, adapter: str) -> None:
    assert found_in(tmp_path, state_aware(), "SA504", adapter=adapter) == []


def test_an_unknown_adapter(tmp_path: Path) -> None:
    nowhere = {"DBT_PROFILES_DIR": str(tmp_path / "none")}
    assert found_in(tmp_path, state_aware(), "SA504", env=nowhere) == []


def test_where_nothing_depends_on_it(tmp_path: Path) -> None:
    files = project("tags: [a]")
    files["models/a.sql"] = "{{ config(freshness={'build_after': {'count': 0, 'period': 'minute'}}) }}"
    assert found_in(tmp_path, files, "SA504", adapter="duckdb") == []


@pytest.mark.parametrize("files", [project(), state_aware()])
def test_a_view(tmp_path: Path, files: dict[str, str]) -> None:
    catalog(tmp_path)
    (finding,) = found_in(tmp_path, files, "SA504", adapter="snowflake")
    assert finding.severity == "warning"
    assert finding.message == "`raw.orders` is a view: without a loaded_at nothing tells when new data came"
    assert finding.notes[0] == "target/catalog.json of 2026-11-20T08:00:00Z shows it as a view"
    assert finding.node == "source.shop.raw.orders"


def test_no_view(tmp_path: Path) -> None:
    catalog(tmp_path, "BASE TABLE")
    assert found_in(tmp_path, project(), "SA504", adapter="snowflake") == []
    catalog(tmp_path)
    assert found_in(tmp_path, project("loaded_at_field: t"), "SA504", adapter="snowflake") == []


def test_packages_are_left_alone(tmp_path: Path) -> None:
    files = {
        "dbt_packages/dep/dbt_project.yml": "name: dep\n",
        "dbt_packages/dep/models/_s.yml": project()["models/_s.yml"],
    }
    assert found_in(tmp_path, files, "SA504", adapter="duckdb") == []
