"""SA508: a loaded_at_field that is no column and no expression."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from unit.rules.projects import fixed, found_in, marked


def table(field: str, key: str = "loaded_at_field", more: str = "") -> dict[str, str]:
    text = "sources:\n  - name: raw\n    tables:\n      - name: orders\n        config:\n"
    return {"models/_sources.yml": f"{text}          {key}: {field}\n{more}"}


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("select max(a) from raw.orders", "holds a query; it takes a column or an expression"),
        ("with a as (select 1) select x from a", "holds a query; it takes a column or an expression"),
        ("SELECT max(a) from", "holds a query; it takes a column or an expression"),
        ("updated_at;", "ends with a semicolon, which breaks dbt's query around it"),
        ("updated_at, created_at", "names 2 columns; it takes one"),
        ("\"'updated_at'\"", "is the text 'updated_at', not a column"),
        ("'1'", "is the number 1, not a column"),
        ("max(updated_at)", "is a `max(...)` already; dbt puts it into another one"),
        ("order by updated_at", "is neither a column nor an expression"),
        ("a) as b, max(c", "is neither a column nor an expression"),
        (
            "Updated At",
            "is neither a column nor an expression (SQL of snowflake): it goes wrong near `At`",
        ),
    ],
)
def test_fires(tmp_path: Path, field: str, message: str) -> None:
    files = table(field)
    (finding,) = found_in(tmp_path, files, "SA508", adapter="snowflake")
    assert finding.message == f"loaded_at_field {message}"
    assert finding.severity == "warning"
    assert finding.node == "source.shop.raw.orders"
    assert marked(finding, files) == field


@pytest.mark.parametrize(
    "field",
    [
        "updated_at",
        "meta.updated_at",
        "updated_at::timestamp",
        "cast(updated_on as timestamp)",
        "CAST(updated_on AS timestamp with time zone)",
        "convert_timezone('Australia/Sydney', 'UTC', created_at_local)",
        "to_timestamp(a / 1000)",
        "greatest(a, b)",
        "(updated_at)",
        "timestamp",
        "v:ts::timestamp_ntz",
        "'\"Updated At\"'",
        "current_timestamp()",
        "case when a then b end",
        "max({{ f() }} x)",
        "\"{{ var('column') }}::timestamp\"",
        "''",
        "4",
    ],
)
def test_silent(tmp_path: Path, field: str) -> None:
    assert found_in(tmp_path, table(field), "SA508", adapter="snowflake", vars={"column": "a"}) == []


def test_dialects_differ(tmp_path: Path) -> None:
    files = table("'\"updated_at\"'")
    assert found_in(tmp_path, files, "SA508", adapter="postgres") == []
    (finding,) = found_in(tmp_path, files, "SA508", adapter="bigquery")
    assert "the text 'updated_at'" in finding.message
    nowhere = {"DBT_PROFILES_DIR": str(tmp_path)}
    assert found_in(tmp_path, table("v:ts::timestamp"), "SA508", env=nowhere) == []
    (finding,) = found_in(tmp_path, table("a b c"), "SA508", env=nowhere)
    assert finding.message.endswith("is neither a column nor an expression: it goes wrong near `b`")


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_max_goes(tmp_path: Path, engine: str) -> None:
    files = table("max(updated_at)")
    (finding,) = found_in(tmp_path, files, "SA508", engine, adapter="duckdb")
    (fix,) = finding.fixes
    after = fixed(files, fix)
    assert after == table("updated_at")
    assert found_in(tmp_path, after, "SA5", engine, adapter="duckdb") == []


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_a_query_moves(tmp_path: Path, engine: str) -> None:
    query = "select max(a) from raw.orders"
    files = table(query)
    (finding,) = found_in(tmp_path, files, "SA508", engine, adapter="duckdb")
    (fix,) = finding.fixes
    assert fix.safe
    after = fixed(files, fix)
    assert after == table(query, "loaded_at_query")
    assert found_in(tmp_path, after, "SA5", engine, adapter="duckdb") == []


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("select max(a) from", ""),
        ("select a, b from raw.orders", ""),
        ("select max(a) from raw.orders", "          loaded_at_query: select 1\n"),
        ("select max(a) from raw.orders", "          freshness: {filter: a > 1}\n"),
    ],
)
def test_no_fix_that_would_not_help(tmp_path: Path, query: str, more: str) -> None:
    (finding,) = found_in(tmp_path, table(query, more=more), "SA508", adapter="duckdb")
    assert finding.fixes == ()


def test_packages_are_left_alone(tmp_path: Path) -> None:
    files = {
        "dbt_packages/dep/dbt_project.yml": "name: dep\n",
        "dbt_packages/dep/models/_sources.yml": table("max(a)")["models/_sources.yml"],
    }
    assert found_in(tmp_path, files, "SA508", adapter="duckdb") == []


def test_plain_columns_need_no_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    for field in ("updated_at", "cast(a as timestamp)", "a.b::date"):
        assert found_in(tmp_path, table(field), "SA508", adapter="duckdb") == []
