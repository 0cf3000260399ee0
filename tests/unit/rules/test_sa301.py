"""SA301 to SA305: nulls and empty blocks that do not switch off."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import marked, read_project, write_project
from unit.rules.yaml_files import PROJECT, model, source, sql

DAY = "{build_after: {count: 1, period: day}}"
OVER = {"dbt_project.yml": f"{PROJECT}models:\n  +freshness: {DAY}\n", "models/other.sql": "select 1"}
PORTABLE = "the same on every engine: build_after: {count: 0, period: minute}"


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        (
            "documented",
            (
                "`freshness: null` switches off the 1 day from dbt_project.yml:5, as documented; "
                "dbt v2 and dbt Core 1.11 keep it"
            ),
        ),
        ("fusion", "`freshness: null` does not switch off the 1 day from dbt_project.yml:5; dbt v2 keeps it"),
        (
            "core",
            "`freshness: null` does not switch off the 1 day from dbt_project.yml:5; dbt Core 1.11 keeps it",
        ),
    ],
)
def test_null_in_properties(check: Check, engine: str, message: str) -> None:
    files = model("null", **OVER)
    finding = only(check(files, engine))
    assert (finding.code, finding.severity, finding.message) == ("SA301", "warning", message)
    assert marked(finding, files) == "null"
    assert finding.notes == (PORTABLE,)
    assert finding.related[0].place.file == "dbt_project.yml"
    assert finding.engine_codes == ()


def test_the_engines_are_those_that_the_project_may_run_on(check: Check) -> None:
    files = model("~", **{"dbt_project.yml": OVER["dbt_project.yml"] + "require-dbt-version: '>=2.0.0'\n"})
    assert only(check(files)).message.endswith("; dbt v2 keeps it")
    files = model("", **{"dbt_project.yml": OVER["dbt_project.yml"] + "require-dbt-version: '<2.0.0'\n"})
    finding = only(check(files))
    assert finding.message.endswith("; dbt Core 1.11 keeps it")
    assert marked(finding, files) == "freshness"


def folder(value: str) -> dict[str, str]:
    return {
        "dbt_project.yml": f"{PROJECT}models:\n  +freshness: {DAY}\n  shop:\n    marts:\n      +freshness: {value}\n",
        "models/marts/a.sql": "select 1",
        "models/marts/b.sql": "select 1",
        "models/other.sql": "select 1",
    }


def test_null_for_a_folder(check: Check) -> None:
    files = folder("null")
    assert only(check(files, select="SA301")).message == (
        "`freshness: null` switches off the 1 day from dbt_project.yml:5 for 2 models, as documented; "
        "dbt v2 keeps it"
    )
    assert check(files, "core") == []
    assert check(folder("{}")) == []


def test_null_in_code(check: Check) -> None:
    over = {"models/s.yml": f"models:\n  - {{name: orders, config: {{freshness: {DAY}}}}}\n"}
    files = {**sql("freshness=none"), **over}
    finding = only(check(files, "fusion"))
    assert (
        finding.message
        == "`freshness: null` does not switch off the 1 day from models/s.yml:2; dbt v2 keeps it"
    )
    assert finding.hint == "write `{'build_after': {'count': 0, 'period': 'minute'}}`"
    assert check(files, "core") == []


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_to_switch_off(check: Check, engine: str) -> None:
    for value in ("null", "{}", "", "{build_after: {}}"):
        assert check(model(value), engine) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_stronger_layer_decides(check: Check, engine: str) -> None:
    stronger = "{{ config(freshness={'build_after': {'count': 2, 'period': 'day'}}) }}"
    assert check(model("null", **OVER, **{"models/orders.sql": stronger}), engine, "SA301") == []


def test_null_of_a_version(check: Check) -> None:
    text = (
        f"models:\n  - name: orders\n    config: {{freshness: {DAY}}}\n    versions:\n"
        "      - v: 1\n      - v: 2\n        config:\n          freshness: null\n"
    )
    files = {"models/s.yml": text, "models/orders_v1.sql": "select 1", "models/orders_v2.sql": "select 1"}
    finding = only(check(files, "fusion", "SA301"))
    assert (
        finding.message
        == "`freshness: null` does not switch off the 1 day from models/s.yml:3; dbt v2 keeps it"
    )
    assert finding.node == "model.shop.orders.v2"
    assert check(files, "core", "SA301") == []
    assert only(check(files, select="SA301")).message.endswith("; dbt v2 keeps it")


def test_null_of_state(check: Check, fix: Fixed) -> None:
    files = {
        "dbt_project.yml": PROJECT + "models:\n  +state: {lag_tolerance: 4h}\n",
        "models/s.yml": "models:\n  - name: orders\n    config:\n      state: null\n",
        "models/orders.sql": "select 1",
    }
    finding = only(check(files, "fusion"))
    assert finding.message == (
        "`state: null` does not switch off the lag_tolerance 4 hours from dbt_project.yml:5; dbt v2 keeps it"
    )
    assert check(files, "core") == []
    assert "state: {}\n" in fix(files, "SA301", "fusion")["models/s.yml"]


@pytest.mark.parametrize(
    "files",
    [
        model("null", **OVER),
        model("~", **OVER),
        model("", **OVER),
        model('"{{ none }}"', **OVER),
        folder("null"),
        {**sql("freshness=none"), **OVER},
        {**sql("materialized='table', freshness=None"), **OVER},
        {"models/p.py": "def model(dbt, session):\n    dbt.config(freshness=None)\n", **OVER},
    ],
)
def test_fix_switches_off_on_every_engine(
    fix: Fixed, tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]
) -> None:
    after = fix(files, "SA301")
    for engine in ENGINES:
        project = read_project(write_project(tmp_path_factory.mktemp("after"), after), engine)
        for one in project.models.values():
            value = one.effective["freshness"].value
            if one.name == "other":
                continue
            assert isinstance(value, dict)
            assert (value["build_after"]["count"], value["build_after"]["period"]) == (0, "minute")


def test_jinja_that_may_be_null_has_no_fix(check: Check) -> None:
    finding = only(check(model("\"{{ none if target.name == 'dev' else none }}\"", **OVER), target="dev"))
    assert finding.fixes == ()


@pytest.mark.parametrize(
    ("block", "key"),
    [
        ("{build_after: null}", "build_after"),
        ("{build_after: {count: 1, period: day, updates_on: null}}", "updates_on"),
    ],
)
def test_nulls_that_stop_dbt_core(check: Check, block: str, key: str) -> None:
    files = model(block)
    finding = only(check(files))
    assert (finding.code, finding.severity) == ("SA302", "warning")
    assert finding.message.startswith(f"`{key}: null` stops dbt Core 1.11; dbt v2 ")
    assert marked(finding, files) == "null"
    assert check(files, "fusion") == []
    core = only(check(files, "core"))
    assert (core.code, core.severity, core.engine_codes) == ("SA302", "error", ("InvalidFieldValue",))


def test_null_fix(fix: Fixed) -> None:
    assert (
        "{build_after: {count: 0, period: minute}}"
        in fix(model("{build_after: null}", **OVER), "SA302")["models/s.yml"]
    )
    files = model("{build_after: {count: 1, period: day, updates_on: null}}")
    assert "updates_on: any}" in fix(files, "SA302")["models/s.yml"]


def test_empty_block(check: Check, fix: Fixed) -> None:
    files = model("{}", **OVER)
    finding = only(check(files))
    assert (finding.code, finding.severity) == ("SA303", "warning")
    assert (
        finding.message
        == "`freshness: {}` switches off the 1 day from dbt_project.yml:5; dbt Core 1.11 keeps it"
    )
    assert check(files, "fusion") == []
    assert "does not switch off" in only(check(files, "core")).message
    assert "{build_after: {count: 0, period: minute}}" in fix(files, "SA303")["models/s.yml"]


THRESHOLDS = "{warn_after: {count: 1, period: day}, error_after: {count: 2, period: day}}"


def test_threshold_null(check: Check, fix: Fixed) -> None:
    files = source(THRESHOLDS, "{freshness: {warn_after: null}}")
    finding = only(check(files, select="SA304"))
    assert (finding.code, finding.severity) == ("SA304", "warning")
    assert (
        finding.message
        == "`warn_after: null` does not switch off the 1 day from models/s.yml:4; dbt v2 keeps it"
    )
    assert finding.fixes == ()
    assert check(files, "core", "SA304") == []
    assert "warn_after: {}" in fix(files, "SA304", "fusion", ("fusion",))["models/s.yml"]


def test_threshold_null_that_the_engines_keep_from_two_places(check: Check) -> None:
    tree = "sources:\n  shop:\n    +freshness: {warn_after: {count: 3, period: hour}}\n"
    above = "{warn_after: {count: 1, period: day}}"
    files = {**source(above, "{freshness: {warn_after: null}}"), "dbt_project.yml": PROJECT + tree}
    finding = only(check(files, select="SA304"))
    assert finding.message == (
        "`warn_after: null` does not switch off the 1 day from models/s.yml:4; dbt v2 keeps it; "
        "dbt Core 1.11 keeps that from dbt_project.yml:6"
    )
    assert [(one.place.file, one.message) for one in finding.related] == [
        ("models/s.yml", "what dbt v2 uses"),
        ("dbt_project.yml", "what dbt Core 1.11 uses"),
    ]


def test_threshold_empty(check: Check) -> None:
    files = source(THRESHOLDS, "{freshness: {error_after: {}}}")
    assert only(check(files, "core")).message.endswith(
        "the 2 days from models/s.yml:4; dbt Core 1.11 keeps it"
    )
    assert check(files, "fusion") == []
    assert "switches off" in only(check(files)).message


@pytest.mark.parametrize("engine", ENGINES)
def test_source_null_is_the_opt_out(check: Check, engine: str) -> None:
    assert check(source(THRESHOLDS, "{freshness: null}"), engine, "SA304") == []
    assert check(source("{warn_after: null}"), engine, "SA304") == []


def test_loaded_at_null(check: Check) -> None:
    text = (
        "sources:\n  - name: raw\n    config: {loaded_at_field: ts}\n    tables:\n      - name: payments\n"
        "        config: {loaded_at_field: null}\n"
    )
    files = {"models/s.yml": text, "models/orders.sql": "select 1"}
    for engine in ENGINES:
        finding = only(check(files, engine, "SA305"))
        assert finding.severity == "warning"
        assert finding.message.startswith(
            "`loaded_at_field: null` does not switch off the `ts` from models/s.yml:3"
        )
        assert finding.hint == "write `''`"
    assert (
        check(
            {"models/s.yml": text.replace("config: {loaded_at_field: ts}", "description: x")}, select="SA305"
        )
        == []
    )


def test_packages_are_left_alone(check: Check) -> None:
    files = {
        "packages.yml": "packages:\n  - local: pkg\n",
        "pkg/dbt_project.yml": OVER["dbt_project.yml"].replace("shop", "dep"),
        "pkg/models/m.sql": "{{ config(freshness=none) }} select 1",
    }
    assert check(files, select="SA301") == []
