"""What ``explain`` says, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateaware.explain import explain_node, explanation_lines, render_explanation
from stateaware.explain.words import interval_words, value_words
from stateaware.text.pieces import plain_line
from written import PROJECT, make_project

TREE = PROJECT + (
    "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n"
    "    marts:\n      +freshness: {build_after: {count: 1, period: hour}}\n"
)


def explain(tmp_path: Path, files: dict[str, str | bytes], name: str, engine: str = "documented") -> str:
    project = make_project(tmp_path, files, engine)
    node = next(node for node in project.nodes.values() if node.name == name)
    return render_explanation(project, explain_node(project, node))


def test_every_layer_is_named_with_its_place(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dbt_project.yml": TREE,
        "models/marts/fct.sql": "select * from {{ ref('stg') }} join {{ source('raw', 'pay') }} using (id)",
        "models/stg.sql": "select 1 as id",
        "models/marts/_marts.yml": (
            "models:\n  - name: fct\n    config:\n"
            "      freshness: {build_after: {count: 4, period: hour, updates_on: all}}\n"
            "sources:\n  - name: raw\n    tables:\n      - name: pay\n        config: {loaded_at_field: _at}\n"
        ),
    }
    assert explain(tmp_path, files, "fct") == (
        "model.shop.fct                                    models/marts/fct.sql\n"
        "\n"
        "build_after   4 hours, when all parents have new data\n"
        "  > models/marts/_marts.yml:4   properties     4 hours, all   in force\n"
        "    dbt_project.yml:8           folder marts   1 hour, any    shadowed\n"
        "    dbt_project.yml:6           project shop   1 day, any     shadowed\n"
        "  the same on dbt v2 and dbt Core 1.11\n"
        "parents       stg (build_after 1 day, any), source raw.pay (loaded_at_field _at)\n"
        "so            builds at most every 4 hours, and only when both parents have new data since its last build, "
        "or its code changed"
    )


def test_nothing_set(tmp_path: Path) -> None:
    assert explain(tmp_path, {"models/a.sql": "select 1 as id"}, "a") == (
        "model.shop.a                                      models/a.sql\n"
        "\n"
        "build_after   builds on any code or data change (dbt's default)"
    )


def test_a_null_that_clears_and_what_dbt_v2_makes_of_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dbt_project.yml": TREE,
        "models/a.sql": "select 1 as id",
        "models/a.yml": "models:\n  - name: a\n    config: {freshness: null}\n",
    }
    said = explain(tmp_path, files, "a")
    assert said.splitlines()[2:] == [
        "build_after   switched off: builds on any code or data change",
        "  > models/a.yml:3      properties     null         clears",
        "    dbt_project.yml:6   project shop   1 day, any   cleared",
        "  dbt v2: 1 day, when any parent has new data",
        "  dbt Core 1.11: 1 day, when any parent has new data",
        "so            waits for nothing: builds in every run in which its code changed",
    ]


def test_a_null_that_dbt_v2_passes_over(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dbt_project.yml": TREE,
        "models/a.sql": "select 1 as id",
        "models/a.yml": "models:\n  - name: a\n    config: {freshness: null}\n",
    }
    assert explain(tmp_path, files, "a", "fusion").splitlines()[2:5] == [
        "build_after   1 day, when any parent has new data",
        "    models/a.yml:3      properties     null         inherits",
        "  > dbt_project.yml:6   project shop   1 day, any   in force",
    ]


def test_half_a_block_inherits_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dbt_project.yml": TREE,
        "models/a.sql": "{{ config(freshness={'build_after': {'count': 2}}) }} select 1 as id",
    }
    said = explain(tmp_path, files, "a")
    assert "build_after   2 without a period, when any parent has new data" in said
    assert "  models/a.sql:1 is half a block; nothing is inherited for the rest" in said


def test_the_root_project_over_a_package(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dbt_project.yml": PROJECT
        + "models:\n  dep:\n    +freshness: {build_after: {count: 2, period: day}}\n",
        "packages.yml": "packages:\n  - local: dep\n",
        "dep/dbt_project.yml": "name: dep\n",
        "dep/models/m.sql": "{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }} select 1",
    }
    assert explain(tmp_path, files, "m").splitlines() == [
        "model.dep.m                                       dep/models/m.sql",
        "",
        "build_after   2 days, when any parent has new data",
        "  > dbt_project.yml:6    root project, package dep   2 days, any   in force",
        "    dep/models/m.sql:1   config()                    1 hour, any   shadowed",
        "  the same on dbt v2 and dbt Core 1.11",
        "so            builds at most every 2 days, and only when its code changed",
    ]


def test_a_source_opted_out(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "models/s.yml": (
            "sources:\n  - name: raw\n    config: {freshness: {warn_after: {count: 1, period: day}}}\n"
            "    tables:\n      - name: t\n        config: {freshness: null}\n"
        )
    }
    said = explain(tmp_path, files, "t")
    assert "freshness     switched off: dbt does not measure it" in said
    assert said.endswith("so            never measured, so it counts as new data in every run")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"count": 1, "period": "hour"}, "1 hour"),
        ({"count": 4, "period": "hour"}, "4 hours"),
        ({"count": 0, "period": "minute"}, "0 minutes"),
        ({"count": None, "period": None}, "no interval"),
        ({"count": 3, "period": None}, "3 without a period"),
        ({"count": None, "period": "day"}, "a period of day without a count"),
    ],
)
def test_intervals_in_words(rules: dict[str, object], words: str) -> None:
    assert interval_words(rules) == words


def test_other_values_in_words() -> None:
    value = {"warn_after": {"count": 1, "period": "day"}, "error_after": {"count": None, "period": None}}
    assert value_words("source", "freshness", value) == "warn after 1 day"
    lag = {"lag_tolerance": {"count": 4, "period": "hour", "updates_on": None}, "evaluate_volatile_sql": True}
    assert value_words("model", "state", lag) == "lag_tolerance 4 hours, evaluate_volatile_sql true"
    assert value_words("source", "loaded_at_query", "select\n  max(a)\nfrom t") == "select max(a) from t"


def test_a_threshold_that_the_table_leaves_to_the_source(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "models/s.yml": (
            "sources:\n  - name: raw\n    config:\n"
            "      freshness: {warn_after: {count: 6, period: hour}, error_after: {count: 1, period: day}}\n"
            "    tables:\n      - name: t\n        config: {freshness: {warn_after: {count: 1, period: hour}}}\n"
        )
    }
    assert explain(tmp_path, files, "t").splitlines()[2:5] == [
        "freshness     warn after 1 hour, error after 1 day",
        "  > models/s.yml:7   table t      warn after 1 hour                       in force",
        "  > models/s.yml:4   source raw   warn after 6 hours, error after 1 day   partly in force",
    ]


def test_a_wrong_value_is_said_to_stop_dbt(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dbt_project.yml": TREE,
        "models/a.sql": "select 1 as id",
        "models/a.yml": "models:\n  - name: a\n    config: {freshness: {build_after: {count: x, period: day}}}\n",
    }
    said = explain(tmp_path, files, "a")
    assert "    models/a.yml:3      properties     not valid    not valid" in said
    assert "  models/a.yml:3 is not valid, and dbt stops there or leaves it out" in said
    assert "so  " not in said


PARENTS = " from {{ ref('x') }} join {{ ref('y') }} using (id)"


@pytest.mark.parametrize(
    ("config", "sql", "sentence"),
    [
        (
            "freshness: {build_after: {count: 1, period: day}}",
            PARENTS,
            "builds at most once a day, and only when a parent has new data or its code changed",
        ),
        (
            "freshness: {build_after: {count: 1, period: hour, updates_on: all}}",
            PARENTS,
            "builds at most once an hour, and only when both parents have new data since its last build, or its code changed",
        ),
        (
            "freshness: {build_after: {count: 0, period: minute}}",
            PARENTS,
            "never waits for time to pass: builds in every run in which a parent has new data or its code changed",
        ),
        (
            "freshness: {build_after: {updates_on: all}}",
            PARENTS,
            "has no interval to wait for: builds in every run in which both parents have new data since its last build, or its code changed",
        ),
        (
            "freshness: null",
            PARENTS,
            "waits for nothing: builds in every run in which a parent has new data or its code changed",
        ),
        (
            "freshness: {build_after: {count: 2, period: hour}}",
            " from {{ ref(var('which')) }} join {{ ref('x') }}",
            "builds at most every 2 hours, and only when a parent has new data or its code changed",
        ),
        (
            "freshness: {build_after: {count: 2, period: hour, updates_on: all}}",
            "",
            "builds at most every 2 hours, and only when its code changed",
        ),
        (
            "{freshness: {build_after: {count: 2, period: hour}}, state: {lag_tolerance: 1h}}",
            "",
            "builds at most every 2 hours, and only when its code changed; dbt State goes by lag_tolerance first",
        ),
        ("freshness: {build_after: {count: 2}}", PARENTS, ""),
        ("materialized: table", PARENTS, ""),
    ],
)
def test_what_follows(tmp_path: Path, config: str, sql: str, sentence: str) -> None:
    config = config if config.startswith("{") else f"{{{config}}}"
    project = make_project(
        tmp_path,
        {
            "models/a.sql": f"select 1 as id{sql}",
            "models/x.sql": "select 1 as id",
            "models/y.sql": "select 1 as id",
            "models/a.yml": f"models:\n  - name: a\n    config: {config}\n",
        },
    )
    assert explain_node(project, project.models["model.shop.a"]).conclusion == sentence


def test_a_state_that_is_switched_off(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "models/a.sql": "select 1 as id",
        "models/a.yml": "models:\n  - name: a\n    config: {state: null}\n",
    }
    assert "state         switched off: no `state` is in force\n" in explain(tmp_path, files, "a")


def test_a_field_that_a_query_on_the_table_sets_aside(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "models/s.yml": (
            "sources:\n  - name: raw\n    config: {loaded_at_field: at}\n"
            "    tables:\n      - name: t\n        config: {loaded_at_query: select 1}\n"
        )
    }
    said = explain(tmp_path, files, "t")
    assert "    models/s.yml:3   source raw   at   set aside\n" in said
    assert "  set aside by loaded_at_query in models/s.yml:6\n" in said
    assert "inherits" not in said


def test_the_lines_in_pieces_are_the_text(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"models/a.sql": "{{ config(freshness=none) }} select 1 as id"})
    explanation = explain_node(project, project.models["model.shop.a"])
    lines = list(explanation_lines(explanation))
    assert "\n".join(plain_line(line) for line in lines) == render_explanation(project, explanation)
    assert {piece.tone for line in lines for piece in line} >= {"strong", "passed"}
