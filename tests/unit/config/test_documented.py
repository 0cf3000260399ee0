"""The ``documented`` profile, row by row of what the documentation says.

Pages are named as on docs.getdbt.com: "freshness" (resource-configs and resource-properties),
"state-aware setup", "define configs". Where a row gives the values of the engines too, the three
columns stand side by side.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stateaware.workspace import Project
from written import PROJECT, make_project

FOUR_HOURS = {"build_after": {"count": 4, "period": "hour", "updates_on": None}}
ONE_DAY = {"build_after": {"count": 1, "period": "day", "updates_on": None}}
ROOT = PROJECT + "models:\n  shop:\n    +freshness: {build_after: {count: 4, period: hour}}\n"
INHERITS = {**FOUR_HOURS, "build_after": {**FOUR_HOURS["build_after"], "updates_on": "any"}}


def project(tmp_path: Path, engine: str, files: dict[str, str | bytes]) -> Project:
    return make_project(tmp_path, {"models/a.sql": "select 1 as id", **files}, engine)


def freshness(tmp_path: Path, engine: str, files: dict[str, str | bytes]) -> Any:
    return project(tmp_path, engine, files).models["model.shop.a"].effective["freshness"].value


def properties(config: str) -> dict[str, str | bytes]:
    return {"dbt_project.yml": ROOT, "models/s.yml": f"models:\n  - name: a\n    config: {config}\n"}


OPT_OUTS: list[tuple[str, dict[str, str | bytes], Any, Any, Any]] = [
    # state-aware setup: "set freshness: null" for a model that should not wait
    ("properties", properties("{freshness: null}"), None, FOUR_HOURS, INHERITS),
    ("properties, tilde", properties("{freshness: ~}"), None, FOUR_HOURS, INHERITS),
    ("empty block", properties("{freshness: {}}"), {}, {}, INHERITS),
    ("build_after null", properties("{freshness: {build_after: null}}"), {}, {}, None),
    (
        "config()",
        {"dbt_project.yml": ROOT, "models/a.sql": "{{ config(freshness=none) }} select 1 as id"},
        None,
        FOUR_HOURS,
        INHERITS,
    ),
    (
        "folder",
        {
            "dbt_project.yml": ROOT + "    x:\n      +freshness: null\n",
            "models/a.sql": "",
            "models/x/a.sql": "select 1 as id",
        },
        None,
        FOUR_HOURS,
        None,
    ),
]


@pytest.mark.parametrize(
    ("place", "files", "documented", "fusion", "core"), OPT_OUTS, ids=[o[0] for o in OPT_OUTS]
)
def test_opting_out(
    tmp_path: Path, place: str, files: dict[str, str | bytes], documented: Any, fusion: Any, core: Any
) -> None:
    files = {name: text for name, text in files.items() if text}
    if "models/x/a.sql" in files:
        for engine, value in (("documented", documented), ("fusion", fusion), ("core", core)):
            found = make_project(tmp_path / engine, files, engine)
            assert found.models["model.shop.a"].effective["freshness"].value == value
        return
    assert freshness(tmp_path / "documented", "documented", files) == documented
    assert freshness(tmp_path / "fusion", "fusion", files) == fusion
    if place != "build_after null":  # dbt Core stops there
        assert freshness(tmp_path / "core", "core", files) == core


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_the_opt_out_that_is_the_same_everywhere(tmp_path: Path, engine: str) -> None:
    value = freshness(tmp_path, engine, properties("{freshness: {build_after: {count: 0, period: minute}}}"))
    assert (value["build_after"]["count"], value["build_after"]["period"]) == (0, "minute")


@pytest.mark.parametrize("engine", ["documented", "fusion"])
def test_a_models_block_is_replaced_as_a_whole(tmp_path: Path, engine: str) -> None:
    # define configs says key by key, which neither engine does
    value = freshness(tmp_path, engine, properties("{freshness: {build_after: {updates_on: all}}}"))
    assert value == {"build_after": {"count": None, "period": None, "updates_on": "all"}}


def test_the_most_specific_place_wins(tmp_path: Path) -> None:
    # define configs: config() over properties over dbt_project.yml, deeper folders over higher ones
    files = properties("{freshness: {build_after: {count: 1, period: day}}}")
    assert freshness(tmp_path / "properties", "documented", files) == ONE_DAY
    files["models/a.sql"] = "{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }} select 1"
    assert freshness(tmp_path / "code", "documented", files) == FOUR_HOURS


def source(tmp_path: Path, engine: str, tree: str, source_config: str, table_config: str) -> dict[str, Any]:
    files: dict[str, str | bytes] = {
        "dbt_project.yml": PROJECT + tree,
        "models/s.yml": (
            f"sources:\n  - name: raw\n    config: {source_config}\n    tables:\n"
            f"      - name: t\n        config: {table_config}\n"
        ),
    }
    config = project(tmp_path, engine, files).sources["source.shop.raw.t"].config
    assert config is not None
    return config.values


SOURCE_BLOCK = "{freshness: {warn_after: {count: 1, period: day}, error_after: {count: 2, period: day}}}"


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_a_source_is_opted_out_with_null(tmp_path: Path, engine: str) -> None:
    # freshness (source): "to exclude a source from freshness calculations, explicitly set freshness: null"
    assert source(tmp_path, engine, "", SOURCE_BLOCK, "{freshness: null}")["freshness"] is None


@pytest.mark.parametrize("engine", ["documented", "fusion"])
def test_a_table_overrides_per_threshold(tmp_path: Path, engine: str) -> None:
    value = source(tmp_path, engine, "", SOURCE_BLOCK, "{freshness: {warn_after: {count: 6, period: hour}}}")
    assert value["freshness"] == {
        "warn_after": {"count": 6, "period": "hour"},
        "error_after": {"count": 2, "period": "day"},
    }


def test_of_field_and_query_the_closest_to_the_table_wins(tmp_path: Path) -> None:
    # freshness (source): "dbt will use whichever value is closest to the table"
    tree = "sources:\n  +loaded_at_query: select 1\n"
    value = source(tmp_path, "documented", tree, "{loaded_at_field: ts}", "{}")
    assert (value["loaded_at_field"], value["loaded_at_query"]) == ("ts", None)


def test_of_field_and_query_at_one_level_neither_may_stand(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "models/s.yml": "sources:\n  - name: raw\n    tables:\n      - name: t\n"
        "        config: {loaded_at_field: ts, loaded_at_query: select 1}\n"
    }
    node = project(tmp_path, "documented", files).sources["source.shop.raw.t"]
    assert node.config is not None
    assert node.config.conflict is not None
    assert node.config.conflict.field.node.span.line == 5  # type: ignore[union-attr]


def test_legacy_placement_is_read_and_config_wins(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "models/s.yml": "sources:\n  - name: raw\n    loaded_at_field: old\n    tables:\n      - name: t\n"
        "      - name: u\n        loaded_at_field: older\n        config: {loaded_at_field: new}\n"
    }
    found = project(tmp_path, "documented", files).sources
    values = {name: node.config.values["loaded_at_field"] for name, node in found.items() if node.config}
    assert values == {"source.shop.raw.t": "old", "source.shop.raw.u": "new"}


def test_a_path_without_the_project_name_matches_nothing(tmp_path: Path) -> None:
    # the second example of the setup page has `models: marts:`
    tree = PROJECT + "models:\n  marts:\n    +freshness: {build_after: {count: 4, period: hour}}\n"
    files: dict[str, str | bytes] = {"dbt_project.yml": tree, "models/marts/a.sql": "select 1 as id"}
    value = make_project(tmp_path, files).models["model.shop.a"].effective["freshness"].value
    assert value is None


@pytest.mark.parametrize(
    ("engine", "expected"), [("documented", FOUR_HOURS), ("fusion", None), ("core", None)]
)
def test_a_key_without_plus(tmp_path: Path, engine: str, expected: Any) -> None:
    tree = PROJECT + "models:\n  shop:\n    freshness: {build_after: {count: 4, period: hour}}\n"
    assert freshness(tmp_path, engine, {"dbt_project.yml": tree}) == expected


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_a_folder_of_that_name_is_a_folder(tmp_path: Path, engine: str) -> None:
    tree = (
        PROJECT
        + "models:\n  shop:\n    freshness:\n      +freshness: {build_after: {count: 4, period: hour}}\n"
    )
    files: dict[str, str | bytes] = {"dbt_project.yml": tree, "models/freshness/b.sql": "select 1 as id"}
    value = make_project(tmp_path, files, engine).models["model.shop.b"].effective["freshness"].value
    assert value["build_after"]["count"] == 4
