"""SA506: a loaded_at_query that is not one select of one column."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import fixed, found_in, marked


def table(query: str, header: str = "loaded_at_query: ") -> dict[str, str]:
    text = f"sources:\n  - name: raw\n    tables:\n      - name: orders\n        config:\n          {header}{query}\n"
    return {"models/_sources.yml": text}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select max(a), count(*) from {{ this }}", "selects 2 columns, and dbt takes one"),
        ("with a as (select 1 as x, 2 as y) select x, y from a", "selects 2 columns, and dbt takes one"),
        ("select a, b from x union all select c, d from y", "selects 2 columns, and dbt takes one"),
        (
            "select max(a) from {{ this }};",
            "ends with a semicolon, which breaks dbt's query around it",
        ),
        ("select 1; select 2", "has 2 statements"),
        ("-- nothing", "has no query in it"),
        ("max(loaded_at)", "is an expression, not a query"),
        ("loaded_at", "is an expression, not a query"),
        ("show tables", "is no select but `show`"),
        ("select * from {{ this }}", "selects every column of the source, and dbt takes one"),
        ("select t.* from {{ this }} as t", "selects every column of the source, and dbt takes one"),
        (
            "select loaded_at from {{ this }}",
            "gives `loaded_at` once for each row of the source, and dbt takes one value",
        ),
        ("select max({{ a() }}), count({{ b() }}) from {{ this }}", "selects 2 columns, and dbt takes one"),
    ],
)
def test_fires(tmp_path: Path, query: str, message: str) -> None:
    files = table(f"'{query}'")
    (finding,) = found_in(tmp_path, files, "SA506", adapter="duckdb")
    assert finding.message == f"loaded_at_query {message}"
    assert finding.severity == "warning"
    assert marked(finding, files) == f"'{query}'"


@pytest.mark.parametrize(
    "query",
    [
        "select max(loaded_at) from {{ this }}",
        "select {{ current_timestamp() }}",
        "with a as (select 1 as x) select x from a",
        "(select max(loaded_at) from {{ this }})",
        "values (now())",
        "select loaded_at from {{ this }} limit 1",
        "select loaded_at from {{ this }} where id = 1",
        "select distinct loaded_at from {{ this }}",
        "select loaded_at from audit.loads",
        "select * from (select max(loaded_at) from {{ this }}) as t",
        "select max(loaded_at) from {{ this }} where note = 'a;'",
        "select max(loaded_at from {{ this }}",
        "delete from {{ this }}; select 1",
        "{{ my_query() }}",
        "{% set x = 1 %}select a, b from c",
        "",
    ],
)
def test_silent(tmp_path: Path, query: str) -> None:
    assert (
        found_in(tmp_path, table(query, "loaded_at_query: |\n            "), "SA506", adapter="duckdb") == []
    )


@pytest.mark.parametrize("header", ["loaded_at_query: ", "loaded_at_query: |\n            "])
@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_the_semicolon_goes(tmp_path: Path, header: str, engine: str) -> None:
    files = table("select max(a) from {{ this }} ;", header)
    (finding,) = found_in(tmp_path, files, "SA506", engine, adapter="duckdb")
    (fix,) = finding.fixes
    assert fix.safe
    after = fixed(files, fix)
    assert after == table("select max(a) from {{ this }} ", header)
    assert found_in(tmp_path, after, "SA5", engine, adapter="duckdb") == []


def test_a_quoted_text_keeps_its_quote(tmp_path: Path) -> None:
    files = table('"select max(a) from b;"')
    (finding,) = found_in(tmp_path, files, "SA506", adapter="duckdb")
    assert fixed(files, finding.fixes[0]) == table('"select max(a) from b"')


def test_no_fix_where_more_is_wrong_or_the_end_is_unclear(tmp_path: Path) -> None:
    for query in ("'select a, b from c;'", "'select max(a) from b; -- note'", "'select max(a) from b;;'"):
        (finding,) = found_in(tmp_path, table(query), "SA506", adapter="duckdb")
        assert finding.fixes == ()
