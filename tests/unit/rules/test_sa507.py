"""SA507: a loaded_at_query that changes data."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import found_in, marked


def table(query: str) -> dict[str, str]:
    text = f"sources:\n  - name: raw\n    tables:\n      - name: orders\n        config:\n          loaded_at_query: {query}\n"
    return {"models/_sources.yml": text}


@pytest.mark.parametrize(
    ("query", "change"),
    [
        ("insert into a select 1", "insert"),
        ("update a set b = 1", "update"),
        ("delete from {{ this }}", "delete"),
        ("merge into a using b on a.x = b.x when matched then delete", "merge"),
        ("create table x as select 1", "create"),
        ("drop table x", "drop"),
        ("alter table x add column y int", "alter"),
        ("truncate table x", "truncate"),
        ("call refresh()", "call"),
        ("with x as (insert into a select 1 returning b) select b from x", "insert"),
        ("select max(a) into copy_of_it from {{ this }}", "select into"),
        ("select 1; delete from a", "delete"),
    ],
)
def test_fires(tmp_path: Path, query: str, change: str) -> None:
    files = table(query)
    found = found_in(tmp_path, files, "SA5", adapter="postgres")
    (finding,) = found
    assert finding.code == "SA507"
    assert finding.message == f"loaded_at_query does more than read: it has `{change}` in it"
    assert finding.severity == "warning"
    assert marked(finding, files) == query


@pytest.mark.parametrize(
    "query",
    [
        "select max(deleted_at) from {{ this }}",
        "select max(updated_at) as update_time from inserts",
        "show tables",
        "select 'drop table x'",
        "{{ my_query() }}",
    ],
)
def test_silent(tmp_path: Path, query: str) -> None:
    assert found_in(tmp_path, table(f'"{query}"'), "SA507", adapter="postgres") == []


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found_in(tmp_path, table("call refresh()"), "SA507", adapter="postgres")
    assert capfd.readouterr() == ("", "")
