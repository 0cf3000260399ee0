"""SA502: updates_on all over a parent that never has new data."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import fixed, found_in, marked

SOURCES = "sources:\n  - name: raw\n    tables: [{name: orders}]\n"
ALL = "freshness: {build_after: {count: 4, period: hour, updates_on: all}}"
READS = "select * from {{ ref('stg') }} join {{ ref('codes') }} using (code)"


def project(config: str = ALL, sql: str = READS, **files: str) -> dict[str, str]:
    return {
        "models/_s.yml": SOURCES,
        "models/_m.yml": f"models:\n  - name: orders\n    config:\n      {config}\n",
        "models/stg.sql": "select * from {{ source('raw', 'orders') }}",
        "models/orders.sql": sql,
        "seeds/codes.csv": "code\n1\n",
        **{f"models/{name}.sql": text for name, text in files.items()},
    }


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_a_seed(tmp_path: Path, engine: str) -> None:
    files = project()
    (finding,) = found_in(tmp_path, files, "SA502", engine)
    assert finding.severity == "warning"
    assert finding.message == (
        "with updates_on `all`, `orders` waits for new data in seed codes, which changes only when its file does"
    )
    assert finding.node == "model.shop.orders"
    assert marked(finding, files) == "updates_on: all"
    (related,) = finding.related
    assert (related.place.file, related.message) == ("models/orders.sql", "`orders` reads it here")
    (fix,) = finding.fixes
    assert not fix.safe
    after = fixed(files, fix)
    assert "updates_on: any" in after["models/_m.yml"]
    assert found_in(tmp_path, after, "SA502", engine) == []


def test_a_model_that_reads_nothing(tmp_path: Path) -> None:
    sql = "select * from {{ ref('stg') }}, {{ ref('dates') }}"
    files = project(sql=sql, dates="{{ config(materialized='table') }}select 1 as day")
    (finding,) = found_in(tmp_path, files, "SA502")
    assert "waits for new data in dates, which reads no model and no source, so it is not" in finding.message


def test_a_model_that_reads_only_seeds(tmp_path: Path) -> None:
    sql = "select * from {{ ref('stg') }}, {{ ref('names') }}"
    (finding,) = found_in(tmp_path, project(sql=sql, names="select * from {{ ref('codes') }}"), "SA502")
    assert finding.message.endswith("waits for new data in names, which reads only `seed codes`")


def test_an_ephemeral_model_is_looked_through(tmp_path: Path) -> None:
    sql = "select * from {{ ref('stg') }}, {{ ref('inlined') }}"
    inlined = "{{ config(materialized='ephemeral') }}"
    files = project(sql=sql, inlined=inlined + "{{ ref('codes') }}")
    (finding,) = found_in(tmp_path, files, "SA502")
    assert "seed codes" in finding.message
    assert finding.related == ()
    assert found_in(tmp_path, project(sql=sql, inlined=inlined + "select 1 as x"), "SA502") == []


@pytest.mark.parametrize("place", ["project", "properties", "unread properties"])
def test_ephemeral_by_configuration(tmp_path: Path, place: str) -> None:
    files = project(sql="select * from {{ ref('stg') }}, {{ ref('inlined') }}", inlined="select 1 as x")
    assert len(found_in(tmp_path, files, "SA502")) == 1
    if place == "project":
        files["dbt_project.yml"] = (
            "name: shop\nmodels:\n  shop:\n    inlined:\n      +materialized: ephemeral\n"
        )
    else:
        name = "_x" if place == "properties" else "_other"
        more = "  - name: y\n    config: {freshness: null}\n" if place == "properties" else ""
        files[f"models/{name}.yml"] = (
            f"models:\n  - name: inlined\n    config: {{materialized: ephemeral}}\n{more}"
        )
    assert found_in(tmp_path, files, "SA502") == []


def test_held_back_by_a_parent_that_is_held_back(tmp_path: Path) -> None:
    files = project(last="select * from {{ ref('orders') }}, {{ ref('stg') }}")
    files["models/_m.yml"] += "  - name: last\n    config:\n      " + ALL + "\n"
    found = found_in(tmp_path, files, "SA502")
    assert [finding.node for finding in found] == ["model.shop.orders", "model.shop.last"]
    assert "is held back itself by `seed codes`" in found[1].message


def test_one_finding_for_a_setting_of_many(tmp_path: Path) -> None:
    files = project("tags: []", other=READS)
    files["dbt_project.yml"] = (
        "name: shop\nmodels:\n  shop:\n    +freshness:\n      build_after:\n        updates_on: all\n"
    )
    (finding,) = found_in(tmp_path, files, "SA502")
    assert finding.node is None
    assert "`orders` and `other` wait for new data in seed codes" in finding.message
    assert marked(finding, files) == "updates_on: all"


def test_state(tmp_path: Path) -> None:
    files = project("state: {lag_tolerance: 4h, require_fresh_data_from: all}")
    (finding,) = found_in(tmp_path, files, "SA502")
    assert finding.message.startswith("with require_fresh_data_from `all`, `orders` waits")
    assert found_in(tmp_path, files, "SA502", "core") == []


@pytest.mark.parametrize(
    "sql",
    [
        "select * from {{ ref('stg') }}",
        "select * from {{ ref('codes') }}",
        "select * from {{ source('raw', 'orders') }}, {{ ref('stg') }}",
        "select * from {{ ref('stg') }}, {{ ref('nowhere') }}",
        "select * from {{ ref('stg') }}, {{ ref('spine') }}",
        "select * from {{ ref('stg') }}, {{ ref('stamp') }}",
        "select * from {{ ref('stg') }}, {{ ref('mixed') }}",
        "select * from {{ ref('stg') }}, {{ ref('undecided') }}",
        "select * from {{ ref('stg') }}, {{ ref('py') }}",
    ],
)
def test_silent(tmp_path: Path, sql: str) -> None:
    files = project(
        sql=sql,
        spine="{{ dbt_utils.date_spine(datepart='day') }}",
        stamp="select '{{ run_started_at }}' as t",
        mixed="select * from {{ ref('stg') }}, {{ ref('codes') }}",
        undecided="{{ config(materialized=var('how')) }}select 1 as x",
    )
    files["models/py.py"] = "def model(dbt, session):\n    return session.sql('select 1')\n"
    assert found_in(tmp_path, files, "SA502") == []


@pytest.mark.parametrize("config", ["freshness: {build_after: {count: 4, period: hour}}", "freshness: null"])
def test_other_settings(tmp_path: Path, config: str) -> None:
    assert found_in(tmp_path, project(config), "SA502") == []


def test_cycles_end(tmp_path: Path) -> None:
    files = project(
        sql="select * from {{ ref('a') }}, {{ ref('b') }}", a="{{ ref('b') }}", b="{{ ref('a') }}"
    )
    assert found_in(tmp_path, files, "SA502") == []
    ephemeral = "{{ config(materialized='ephemeral') }}"
    files = project(
        sql="{{ ref('a') }}{{ ref('b') }}", a=ephemeral + "{{ ref('b') }}", b=ephemeral + "{{ ref('a') }}"
    )
    assert found_in(tmp_path, files, "SA502") == []


def test_long_chains_end(tmp_path: Path) -> None:
    chain = {f"c{n}": f"{{{{ ref('c{n + 1}') }}}}" for n in range(400)}
    files = project(sql="{{ ref('stg') }}{{ ref('c0') }}", **chain, c400="select 1")
    assert found_in(tmp_path, files, "SA502") == []
