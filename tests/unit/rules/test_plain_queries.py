"""A loaded_at_query that is settled at a glance is one that sqlglot has nothing to say about either."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stateaware.rules.freshness_sql import DIALECTS, changes, ends_with_semicolon, parse_sql, without_jinja
from stateaware.rules.sa506_query_shape import _wrong
from unit.rules.projects import write_project

PLAIN = [
    "select max(_loaded_at) from {{ this }}",
    "SELECT MIN( loaded_at ) AS max_loaded_at FROM {{ source('raw', 'orders') }}",
    "\n  select max(etl_updated_at)\n  from {{ this }}\n  where etl_updated_at > current_date - 3\n",
    "select max(_ts) from {{ this }} where is_test = 'no' and _ts<=current_timestamp and batch_id <> 12",
    "select max(_ts) from {{ this }} where _ts > '2026-01-01 00:00:00' and region_code != 7",
]
NOT_PLAIN = [
    "select max(loaded) from {{ this }}",  # might be a word of some dialect
    "select max(current_time_zone) from {{ this }}",
    "select max(loaded_at), min(loaded_at) from {{ this }}",
    "select loaded_at from {{ this }}",
    "select max(loaded_at) from {{ this }};",
    "select max(loaded_at) from {{ this }} group by batch_id",
    "select max(loaded_at) from {{ this }} where a_b = 1 or c_d = 2",
    "select max(loaded_at from {{ this }}",
    "select max(loaded_at) from {{ this }}; drop table x_y",
    "select max(loaded_at) from this_source_2",
]


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("adapter", [None, *sorted(DIALECTS)])
def test_sqlglot_agrees(text: str, adapter: str | None) -> None:
    sql = without_jinja(text)
    assert sql is not None
    assert sql.is_plain_query
    parsed = parse_sql(sql.text, adapter)
    assert parsed is not None
    assert (parsed.error, changes(parsed)) == ("", "")
    assert _wrong(parsed, ends_with_semicolon(sql.text)) is None


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_everything_else_is_parsed(text: str) -> None:
    sql = without_jinja(text)
    assert sql is None or not sql.is_plain_query


def test_plain_queries_do_not_cost_the_import(tmp_path: Path) -> None:
    query = "select max(_loaded_at) from {{ this }} where _loaded_at > current_date - 3"
    text = f"""
sources:
  - name: raw
    tables:
      - name: orders
        config:
          loaded_at_query: "{query}"
"""
    write_project(tmp_path, {"models/_sources.yml": text})
    code = (
        "import sys; from stateaware.__main__ import main; "
        "main(['check', '--no-cache']); sys.exit('sqlglot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done
