"""SA512: values on which the engines do not agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import found_in, marked

TABLES = "sources:\n  - name: raw\n    tables: [{name: orders}, {name: items}]\n"


def project(tree: str, **more: str) -> dict[str, str]:
    return {"dbt_project.yml": f"name: shop\n{tree}", **more}


FIELD = project("sources:\n  shop:\n    +loaded_at_field: t\n", **{"models/_s.yml": TABLES})


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_a_field_of_the_project(tmp_path: Path, engine: str) -> None:
    files = {**FIELD, "dbt_project.yml": FIELD["dbt_project.yml"] + "require-dbt-version: '>=1.10,<3'\n"}
    (finding,) = found_in(tmp_path, files, "SA512", engine)
    assert finding.severity == "warning"
    assert "`t` on dbt v2" in finding.message
    assert "not set on dbt Core 1.11" in finding.message
    assert finding.message.startswith("loaded_at_field of `raw.orders` and `raw.items` is ")
    assert finding.node is None
    assert marked(finding, files) == "+loaded_at_field"


@pytest.mark.parametrize(
    ("engine", "required"),
    [("fusion", ""), ("core", ""), ("fusion", ">=2"), ("documented", ">=2.0"), ("core", "<2")],
)
def test_one_engine_is_enough(tmp_path: Path, engine: str, required: str) -> None:
    text = FIELD["dbt_project.yml"] + (f"require-dbt-version: '{required}'\n" if required else "")
    assert found_in(tmp_path, {**FIELD, "dbt_project.yml": text}, "SA512", engine) == []


def test_the_documentation_against_the_only_engine(tmp_path: Path) -> None:
    files = {**FIELD, "dbt_project.yml": FIELD["dbt_project.yml"] + "require-dbt-version: '<2'\n"}
    (finding,) = found_in(tmp_path, files, "SA512")
    assert finding.message.endswith("is `t` as documented, not set on dbt Core 1.11")


def test_thresholds_of_the_project_and_a_table(tmp_path: Path) -> None:
    tree = "sources:\n  shop:\n    +freshness:\n      warn_after: {count: 1, period: day}\n"
    table = (
        "sources:\n  - name: raw\n    tables:\n      - name: orders\n        config:\n"
        "          freshness: {error_after: {count: 2, period: day}}\n"
    )
    (finding,) = found_in(tmp_path, project(tree, **{"models/_s.yml": table}), "SA512")
    assert finding.message == "warn_after of `raw.orders` is 1 day on dbt v2, not set on dbt Core 1.11"
    assert finding.place.file == "dbt_project.yml"
    assert finding.node == "source.shop.raw.orders"


def test_a_version_merged_into_its_model(tmp_path: Path) -> None:
    entry = (
        "models:\n  - name: m\n    config: {freshness: {build_after: {count: 4, period: hour, updates_on: all}}}\n"
        "    versions:\n      - v: 1\n        config: {freshness: {build_after: {count: 1, period: hour}}}\n"
    )
    files = {"models/_m.yml": entry, "models/m_v1.sql": "select 1"}
    (finding,) = found_in(tmp_path, files, "SA512")
    assert finding.node == "model.shop.m.v1"
    assert finding.message == "build_after of `m.v1` is 1 hour, any on dbt v2, 1 hour, all on dbt Core 1.11"


def test_a_version_under_its_name(tmp_path: Path) -> None:
    tree = (
        "models:\n  shop:\n    m:\n      v1:\n        +freshness: {build_after: {count: 1, period: hour}}\n"
    )
    files = project(
        tree,
        **{"models/_m.yml": "models:\n  - name: m\n    versions: [{v: 1}]\n", "models/m_v1.sql": "select 1"},
    )
    (finding,) = found_in(tmp_path, files, "SA512")
    assert finding.message == "build_after of `m.v1` is not set on dbt v2, 1 hour, any on dbt Core 1.11"


def test_a_hidden_properties_file(tmp_path: Path) -> None:
    entry = "models:\n  - name: a\n    config: {freshness: {build_after: {count: 4, period: hour}}}\n"
    (finding,) = found_in(tmp_path, {"models/.m.yml": entry, "models/a.sql": "select 1"}, "SA512")
    assert finding.message == "build_after of `a` is 4 hours, any on dbt v2, not set on dbt Core 1.11"


def test_models_that_share_a_setting_are_told_once(tmp_path: Path) -> None:
    models = {f"models/m{n}.sql": "select 1" for n in range(4)}
    tree = "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: hour}}\n"
    assert found_in(tmp_path, project(tree, **models), "SA512") == []


@pytest.mark.parametrize(
    "config",
    [
        "freshness: {build_after: {count: 4, period: hour}}",
        "freshness: null",
        "freshness: {}",
        "freshness: {build_after: null}",
        "freshness: {build_after: {count: '4', period: hour}}",
        "freshness: {build_after: {count: 4, period: second}}",
        "freshness: {build_after: {count: 4}}",
        "state: {lag_tolerance: 4h}",
    ],
)
def test_left_to_other_rules(tmp_path: Path, config: str) -> None:
    tree = "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n"
    files = {
        "models/_m.yml": f"models:\n  - name: a\n    config:\n      {config}\n",
        "models/a.sql": "select 1",
    }
    assert found_in(tmp_path, project(tree, **files), "SA512") == []


@pytest.mark.parametrize(
    "config",
    [
        "        freshness: {warn_after: {count: 4, period: hour}}\n",
        "        config: {freshness: {warn_after: {count: 4}}}\n",
        "        config: {freshness: {warn_after: null}}\n",
        "        config: {freshness: {warn_after: {count: '4', period: hour}}}\n",
        "        config: {freshness: {loaded_at_field: t}}\n",
        "        config: {loaded_at_field: null}\n",
        "        config: {loaded_at_query: select 1}\n",
    ],
)
def test_sources_left_to_other_rules(tmp_path: Path, config: str) -> None:
    text = (
        "sources:\n  - name: raw\n    config: {loaded_at_field: f, freshness: {warn_after: {count: 1, period: day}}}\n"
        f"    tables:\n      - name: orders\n{config}"
    )
    assert found_in(tmp_path, {"models/_s.yml": text}, "SA512") == []


def test_packages_are_left_alone(tmp_path: Path) -> None:
    files = {f"dbt_packages/dep/{name}": text.replace("shop", "dep") for name, text in FIELD.items()}
    assert found_in(tmp_path, files, "SA512") == []
