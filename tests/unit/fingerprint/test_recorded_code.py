"""What real dbt wrote of one project and of edits of it: what has changed, and what is said of it."""

from __future__ import annotations

import pytest

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.compare import differs, fingerprint, is_cosmetic, renew, settle
from stateaware.fingerprint.config import build_config
from stateaware.fingerprint.words import ONLY_WRITTEN, describe_change
from stateaware.plan.state import code_differs
from stateaware.records import replace
from unit.fingerprint.manifests import codes

RENDERED = "what its SQL renders to: a var, an environment variable, an ephemeral parent or a query"


def changes(then: str, now: str) -> dict[str, str]:
    """What is said of the nodes whose code changed, by name."""
    old, new = codes(then), codes(now)
    return {
        key.split(".")[2]: describe_change(old[key], new[key], "duckdb")
        for key in old.keys() & new.keys()
        if differs(old[key], new[key], "duckdb")
    }


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ("comment", {}),
        ("tags", {}),
        ("window", {}),
        ("python", {}),
        ("sql", {"stg_orders": "its SQL"}),
        ("macro", {"stg_orders": "macro duckdb__rounded"}),
        ("var", {"eph": RENDERED, "below_eph": RENDERED}),
        ("ephemeral", {"eph": "its SQL", "below_eph": RENDERED}),
        ("incremental", {"inc": "its SQL"}),
        ("unique_key", {"inc": "config unique_key"}),
        ("contract_type", {"contracted": "config columns"}),
        ("contract_rule", {"contracted": "config columns"}),
        ("contract_check", {"contracted": "config constraints"}),
        ("described", {}),
        ("alias", {"below_eph": "name: below_eph → other"}),
        (
            "view",
            dict.fromkeys(("contracted", "below_eph", "stamped"), "materialized: table → view"),
        ),
    ],
)
def test_what_an_edit_changes(edit: str, expected: dict[str, str]) -> None:
    assert changes("built", edit) == expected


@pytest.mark.parametrize(
    ("edit", "names"), [("comment", {"stg_orders"}), ("tags", {"stg_orders"}), ("python", {"py"})]
)
def test_edits_that_are_only_written(edit: str, names: set[str]) -> None:
    old, new = codes("built"), codes(edit)
    found = {key for key in old if is_cosmetic(old[key], new[key], "duckdb")}
    assert {key.split(".")[2] for key in found} == names
    assert {describe_change(old[key], new[key], "duckdb") for key in found} == {ONLY_WRITTEN}


def test_compiled_code_of_an_incremental_model_flips_after_the_first_build() -> None:
    key = "model.shop.inc"
    first, later = codes("first")[key], codes("built")[key]
    assert first.compiled != later.compiled
    assert not differs(first, later, "duckdb")
    assert describe_change(first, later, "duckdb") == ""


def test_compiled_code_with_the_moment_of_the_run_differs_in_each() -> None:
    key = "model.shop.stamped"
    assert codes("first")[key].compiled != codes("built")[key].compiled
    assert not differs(codes("first")[key], codes("built")[key], "duckdb")


@pytest.mark.parametrize("title", ["first", "v2"])
def test_nothing_changes_between_the_first_build_and_the_next_nor_between_dbt_core_and_v2(title: str) -> None:
    assert codes("built").keys() == codes(title).keys()
    assert changes("built", title) == {}
    assert changes(title, "built") == {}


def test_dbt_core_and_v2_agree_on_what_counts_of_the_configuration() -> None:
    core, v2 = codes("built"), codes("v2")
    for key in core:
        assert build_config(core[key].config, key) == build_config(v2[key].config, key)
        assert core[key].relation == v2[key].relation


def test_dbt_v2_wraps_what_reads_an_ephemeral_model() -> None:
    key = "model.shop.below_eph"
    core, v2 = codes("built")[key], codes("v2")[key]
    assert "EPHEMERAL-SELECT-WRAPPER" in (v2.compiled or "")
    old, new = settle(core, v2, "duckdb")
    assert old.code is new.code is None
    assert code_differs(old, new) == (False, "")


def test_an_edit_beside_a_change_of_engine_is_seen() -> None:
    key = "model.shop.stg_orders"
    v2 = codes("v2")[key]
    edited = replace(v2, raw=f"{v2.raw} limit 1", compiled=f"{v2.compiled} limit 1")
    assert differs(codes("built")[key], edited, "duckdb")


def test_macros_of_two_engines_are_not_compared() -> None:
    key = "model.shop.below_eph"
    core, v2 = codes("built")[key], replace(codes("v2")[key], macros=("{% macro other() %}1{% endmacro %}",))
    old, new = settle(core, v2, "duckdb")
    assert old.scheme != new.scheme
    assert code_differs(old, new) == (
        False,
        "its code is the same: the fingerprint of its last build is of another kind",
    )


@pytest.mark.parametrize(
    "title", ["first", "sql", "macro", "var", "ephemeral", "unique_key", "alias", "comment"]
)
def test_fingerprints_that_were_kept_tell_the_same(title: str) -> None:
    for key, then in codes("built").items():
        now = codes(title)[key]
        kept = fingerprint(then, "duckdb")
        assert renew(kept, then, "duckdb") is kept
        assert code_differs(kept, renew(kept, now, "duckdb"))[0] == differs(then, now, "duckdb"), key


def test_fingerprints_of_another_adapter_or_engine_cannot_be_compared() -> None:
    then = codes("built")["model.shop.stg_orders"]
    now = replace(then, compiled="select 2", raw="select 2")
    assert code_differs(fingerprint(then, "duckdb"), fingerprint(now, "duckdb")) == (True, "")
    for other in (fingerprint(now, "snowflake"), fingerprint(replace(now, engine="2"), "duckdb")):
        assert code_differs(fingerprint(then, "duckdb"), other) == (
            False,
            "its code is the same: the fingerprint of its last build is of another kind",
        )


def test_a_manifest_without_compiled_code_is_compared_by_templates() -> None:
    for edit, expected in (
        ("sql", {"stg_orders"}),
        ("macro", {"stg_orders"}),
        ("comment", set()),
        ("var", set()),
    ):
        found = {
            key.split(".")[2]
            for key, then in codes("built").items()
            if differs(then, replace(codes(edit)[key], compiled=None), "duckdb")
        }
        assert found == expected, edit


def test_of_code_that_nobody_kept_nothing_is_claimed() -> None:
    now = codes("built")["model.shop.stg_orders"]
    assert code_differs(*settle(None, now, "duckdb")) == (
        False,
        "its code is the same as when it was last built",
    )


def test_beside_another_engine_only_what_both_write_down_is_compared() -> None:
    core = NodeCode(
        "model.a.b",
        raw="select 1",
        relation='"memory"."main"."b"',
        config={"materialized": "table", "engine": "MergeTree()", "begin": "2026-01-01T00:00:00"},
        engine="1",
    )
    v2 = replace(
        core, relation='"main"."b"', config={"materialized": "table", "begin": "2026-01-01"}, engine="2"
    )
    assert not differs(core, v2, "clickhouse")
    assert differs(core, replace(v2, engine="1"), "clickhouse")
    for edited in (
        replace(v2, relation='"other"."b"'),
        replace(v2, config={"materialized": "view"}),
        replace(v2, config={**v2.config, "begin": "2026-01-02"}),
    ):
        assert differs(core, edited, "clickhouse")
    assert describe_change(core, replace(v2, relation='"other"."b"'), "clickhouse") == "schema: main → other"


def test_what_versions_of_dbt_write_differently_is_the_same() -> None:
    then = {"transient": "true", "lookback": 1, "column_types": {"id": "int"}, "partition_by": {"field": "a"}}
    now = {"transient": True, "column_types": {"ID": "int"}, "partition_by": {"field": "a", "copy": False}}
    assert build_config(then, "model.a.b") == build_config(now, "model.a.b")
    assert build_config({"transient": False}, "model.a.b") != build_config({"transient": True}, "model.a.b")
