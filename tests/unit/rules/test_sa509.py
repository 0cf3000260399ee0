"""SA509: a filter that dbt ignores."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import fixed, found_in, marked

HEAD = "sources:\n  - name: raw\n"
TABLE = "    tables:\n      - name: orders\n        config:\n"
FRESH = "          freshness:\n            warn_after: {count: 1, period: day}\n"
QUERY = "          loaded_at_query: select max(a) from raw.orders\n"


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_fires(tmp_path: Path, engine: str) -> None:
    files = {"models/_s.yml": HEAD + TABLE + FRESH + "            filter: a > 1\n" + QUERY}
    (finding,) = found_in(tmp_path, files, "SA509", engine)
    assert finding.severity == "warning"
    assert finding.message == "filter is ignored for `raw.orders`, which is dated by a loaded_at_query"
    assert finding.node == "source.shop.raw.orders"
    assert marked(finding, files) == "filter: a > 1"
    assert finding.related[0].message == "the query, which runs as it is"
    (fix,) = finding.fixes
    assert fix.safe
    after = fixed(files, fix)
    assert after == {"models/_s.yml": HEAD + TABLE + FRESH + QUERY}
    assert found_in(tmp_path, after, "SA509", engine) == []


def test_without_either(tmp_path: Path) -> None:
    files = {"models/_s.yml": HEAD + TABLE + FRESH + "            filter: a > 1\n"}
    (finding,) = found_in(tmp_path, files, "SA509")
    assert finding.message == "filter is ignored for `raw.orders`, which is not dated by a loaded_at_field"
    assert finding.hint == "it needs a `loaded_at_field`"


def test_a_filter_that_works_for_others_is_an_information(tmp_path: Path) -> None:
    text = (
        HEAD
        + "    config:\n      loaded_at_field: a\n      freshness: {filter: a > 1, warn_after: {count: 1, period: day}}\n"
    )
    files = {"models/_s.yml": text + "    tables:\n      - name: other\n" + TABLE.split("\n", 1)[1] + QUERY}
    (finding,) = found_in(tmp_path, files, "SA509")
    assert finding.severity == "info"
    assert finding.node is None
    assert finding.fixes == ()
    assert "`raw.orders`, which is dated" in finding.message


@pytest.mark.parametrize(
    "rest",
    [
        "            filter: a > 1\n          loaded_at_field: a\n",
        "            filter: null\n" + QUERY,
        "            filter: ''\n" + QUERY,
        QUERY,
    ],
)
def test_silent(tmp_path: Path, rest: str) -> None:
    files = {"models/_s.yml": HEAD + TABLE + FRESH + rest}
    assert found_in(tmp_path, files, "SA509") == []


def test_a_conflict_is_told_by_another_rule(tmp_path: Path) -> None:
    files = {
        "models/_s.yml": HEAD
        + TABLE
        + FRESH
        + "            filter: a > 1\n          loaded_at_field: a\n"
        + QUERY
    }
    assert found_in(tmp_path, files, "SA509", "fusion") == []


def test_an_only_key_stays(tmp_path: Path) -> None:
    files = {"models/_s.yml": HEAD + TABLE + "          freshness: {filter: a > 1}\n" + QUERY}
    (finding,) = found_in(tmp_path, files, "SA509")
    assert finding.fixes == ()


def test_packages_are_left_alone(tmp_path: Path) -> None:
    files = {
        "dbt_packages/dep/dbt_project.yml": "name: dep\n",
        "dbt_packages/dep/models/_s.yml": HEAD + TABLE + FRESH + "            filter: a > 1\n" + QUERY,
    }
    assert found_in(tmp_path, files, "SA509") == []
