"""What a project's files give to a plan."""

from __future__ import annotations

from pathlib import Path

from stateaware.plan.lineage import Lineage
from stateaware.plan.nodes import Node
from stateaware.plan.project import lineage_of, unmeasured
from stateaware.plan.settings import read_build_after, read_state
from written import PROJECT, make_project

TREE = PROJECT + (
    "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n"
    "    old: {+enabled: false}\n    light: {+materialized: ephemeral}\n"
)
SOURCES = (
    "sources:\n  - name: raw\n    tables:\n      - name: orders\n        config: {loaded_at_field: _at}\n"
    "      - name: undated\n      - name: rates\n        config: {freshness: null}\n"
    "      - name: queried\n        config: {freshness: null, loaded_at_query: select max(at) from x}\n"
)


def lineage(folder: Path, **models: str) -> Lineage:
    files: dict[str, str | bytes] = {
        f"models/{name.replace('__', '/')}.sql": text for name, text in models.items()
    }
    more: dict[str, str | bytes] = {
        "dbt_project.yml": TREE,
        "models/_s.yml": SOURCES,
        "seeds/codes.csv": "id\n1\n",
    }
    return lineage_of(make_project(folder, {**more, **files}))


def one(folder: Path, text: str, name: str = "it") -> Node:
    return lineage(folder, **{name: text}).nodes[f"model.shop.{name.rpartition('__')[2]}"]


def test_parents_kinds_and_settings(tmp_path: Path) -> None:
    found = lineage(
        tmp_path,
        stg="select * from {{ source('raw', 'orders') }}",
        fct="{{ config(materialized='incremental') }} select * from {{ ref('stg') }} join {{ ref('codes') }} using (id)",
        old__gone="select 1",
        light__part="select 1",
    )
    assert {key: (node.kind, node.materialized, node.enabled) for key, node in found.nodes.items()} == {
        "model.shop.fct": ("model", "incremental", True),
        "model.shop.stg": ("model", "view", True),
        "model.shop.gone": ("model", "view", False),
        "model.shop.part": ("model", "ephemeral", True),
        "source.shop.raw.orders": ("source", "table", True),
        "source.shop.raw.undated": ("source", "table", True),
        "source.shop.raw.rates": ("source", "table", True),
        "source.shop.raw.queried": ("source", "table", True),
        "seed.shop.codes": ("seed", "seed", True),
    }
    assert found.nodes["model.shop.fct"].parents == ("model.shop.stg", "seed.shop.codes")
    assert found.order.index("model.shop.stg") < found.order.index("model.shop.fct")


def test_the_window_knows_its_place_and_its_words(tmp_path: Path) -> None:
    window = one(tmp_path, "select 1").build_after
    assert window is not None
    assert (window.seconds, window.words, window.where) == (86400, "1 day", "dbt_project.yml:6")


def test_a_null_leaves_no_window_and_unknown_jinja_says_why(tmp_path: Path) -> None:
    assert one(tmp_path, "{{ config(freshness=none) }} select 1").build_after is None
    text = (
        "{{ config(freshness={'build_after': {'count': run_query('select 1'), 'period': 'hour'}}) }} select 1"
    )
    window = one(tmp_path, text, "other").build_after
    assert window is not None
    assert window.seconds is None
    assert window.unknown


def test_what_cannot_be_told_is_assumed(tmp_path: Path) -> None:
    text = (
        "{{ config(materialized=var('how'), enabled=env_var('ON')) }} select * from {{ ref(var('which')) }}"
    )
    node = one(tmp_path, text)
    assert (node.materialized, node.enabled, node.parents) == (None, True, ())
    assert node.assumed == (
        "it is a table: its materialization cannot be told",
        "it is switched on: its `enabled` cannot be told",
        "it has no other parents than those that can be read",
    )


def test_sources_that_dbt_cannot_date(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"dbt_project.yml": TREE, "models/_s.yml": SOURCES}
    found = {
        adapter: unmeasured(make_project(tmp_path, files, adapter=adapter))
        for adapter in ("duckdb", "snowflake")
    }
    told = {adapter: {key: one.how for key, one in versions.items()} for adapter, versions in found.items()}
    assert told == {
        "duckdb": {"source.shop.raw.undated": "failed", "source.shop.raw.rates": "opted out"},
        "snowflake": {"source.shop.raw.rates": "opted out"},
    }


def test_settings_in_the_form_of_the_manifest() -> None:
    half = read_build_after({"build_after": {"count": 4, "period": None, "updates_on": "all"}})
    assert half is not None
    assert (half.seconds, half.waits) == (None, "all")
    assert half.unknown == "it has no count with a period that dbt knows"
    alone = read_build_after({"build_after": {"count": None, "period": None, "updates_on": "all"}})
    assert alone is not None
    assert (alone.seconds, alone.waits, alone.unknown) == (None, "all", "")
    assert read_build_after({"build_after": {"count": None, "period": None}}) is None
    state = read_state({"lag_tolerance": {"count": 2, "period": "hour"}, "allow_clones": False})
    assert state.lag_tolerance is not None
    assert (state.lag_tolerance.seconds, state.lag_tolerance.key, state.allow_clones) == (
        7200,
        "lag_tolerance",
        False,
    )
    assert read_state(None).waits is None


SNAPSHOT = (
    "{% snapshot daily %}{{ config(strategy='check') }} select * from {{ ref('stg') }}{% endsnapshot %}"
)
ITEMS = (
    "snapshots:\n  - name: weekly\n    relation: source('raw', 'orders')\n"
    "  - name: monthly\n    config: {enabled: false}\n    relation: \"{{ ref('weekly') }}\"\n"
    "  - name: daily\n    description: of the block\n"
)


def snapshots(folder: Path, text: str = SNAPSHOT, **more: str) -> Lineage:
    files: dict[str, str | bytes] = {
        "dbt_project.yml": TREE + "snapshots:\n  shop:\n    off: {+enabled: false}\n",
        "models/_s.yml": SOURCES,
        "models/stg.sql": "select 1",
        "models/after.sql": "select * from {{ ref('daily') }} join {{ ref('weekly') }}",
        "snapshots/two.sql": text,
        "snapshots/items.yml": ITEMS,
    }
    return lineage_of(make_project(folder, {**files, **more}))


def test_snapshots_of_blocks_and_items_have_parents(tmp_path: Path) -> None:
    found = snapshots(tmp_path)
    nodes = {
        key: (node.parents, node.enabled) for key, node in found.nodes.items() if node.kind == "snapshot"
    }
    assert nodes == {
        "snapshot.shop.daily": (("model.shop.stg",), True),
        "snapshot.shop.weekly": (("source.shop.raw.orders",), True),
        "snapshot.shop.monthly": (("snapshot.shop.weekly",), False),
    }
    after = found.nodes["model.shop.after"]
    assert after.parents == ("snapshot.shop.daily", "snapshot.shop.weekly")
    assert not after.assumed


def test_a_snapshot_is_switched_off_by_its_folder(tmp_path: Path) -> None:
    found = snapshots(tmp_path, **{"snapshots/off/old.sql": SNAPSHOT.replace("daily", "old")})
    assert not found.nodes["snapshot.shop.old"].enabled
    assert found.nodes["snapshot.shop.daily"].enabled


def test_what_a_snapshot_reads_may_be_unknown(tmp_path: Path) -> None:
    found = snapshots(tmp_path, "{% snapshot daily %}select * from {{ ref(var('which')) }}{% endsnapshot %}")
    assert found.nodes["snapshot.shop.daily"].assumed == (
        "it has no other parents than those that can be read",
    )
