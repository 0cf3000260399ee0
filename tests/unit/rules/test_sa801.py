"""SA801 to SA806: other errors of dbt's own engines, found under those engines only."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import marked
from unit.rules.yaml_files import PROJECT, sql, tree

DAY = "{build_after: {count: 1, period: day}}"


def test_values_below_a_path(check: Check, fix: Fixed) -> None:
    files = tree("materialized: table")
    assert check(files) == []
    assert check(files, "core") == []
    finding = only(check(files, "fusion"))
    assert (finding.code, finding.severity, finding.engine_codes) == ("SA801", "error", ("dbt1013",))
    assert finding.message == "dbt v2 reads `materialized` as a folder, and a folder has no value"
    assert (marked(finding, files), finding.hint) == ("table", "write `+materialized`")
    after = fix(files, "SA801", "fusion", engines=("fusion", "core"))
    assert "    +materialized: table\n" in after["dbt_project.yml"]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("tags: [a]", ["[a]"]),
        ("+unknown: 3", ["3"]),
        ("+unknown: {a: 1, b: {c: x}}", ["1", "x"]),
        ("+meta: {a: 1}\n    +post-hook: x\n    +dataset: y", []),
        ("+post_hook: x", ["x"]),
        ("sub:\n      enabled: true", ["true"]),
    ],
)
def test_which_values_are_below_a_path(check: Check, text: str, marks: list[str]) -> None:
    files = tree(text)
    assert [marked(f, files) for f in check(files, "fusion", "SA801")] == marks


def test_a_null_is_a_warning(check: Check) -> None:
    files = {"dbt_project.yml": f"{PROJECT}seeds:\n  shop:\n    x: null\n"}
    finding = only(check(files, "fusion", "SA801"))
    assert (finding.severity, finding.engine_codes) == ("warning", ("dbt1060",))


def test_a_key_of_ours_is_not_told_twice(check: Check) -> None:
    files = tree("loaded_at: x\n    freshness: null")
    assert [f.code for f in check(files, "fusion") if "freshness" in f.message] == ["SA114"]


@pytest.mark.parametrize(
    ("text", "key", "message", "hint"),
    [
        ("colour: red\n", "colour", "dbt v2 knows no key `colour` of a properties file", ""),
        (
            "models:\n  - name: orders\n    tags: [a]\n",
            "tags",
            "dbt v2 knows no key `tags` of a model",
            "it belongs under `config`",
        ),
        (
            "models:\n  - name: orders\n    columns: [{name: id, descrption: x}]\n",
            "descrption",
            "dbt v2 knows no key `descrption` of a column",
            "did you mean `description`?",
        ),
        (
            "models:\n  - name: orders\n    tests: [{x: {a: 1, config: {b: 1}}}]\n",
            "b",
            "dbt v2 knows no key `b` of a data test config",
            "",
        ),
        (
            "sources:\n  - name: raw\n    tables: [{name: t, config: {materialized: x}}]\n",
            "materialized",
            "dbt v2 knows no key `materialized` of a table config",
            "",
        ),
    ],
)
def test_unknown_keys(check: Check, text: str, key: str, message: str, hint: str) -> None:
    files = {"models/s.yml": text, "models/orders.sql": "select 1"}
    finding = only(check(files, "fusion", "SA802", everything=True))
    assert (finding.severity, finding.message, finding.engine_codes) == ("error", message, ("dbt1060",))
    assert marked(finding, files) == key
    assert hint in finding.hint
    assert check(files, everything=True) == []


def test_unknown_keys_of_a_config_call(check: Check) -> None:
    files = sql("materialised='table', meta={'x': 1}, docs={'shown': true}, dataset='x'")
    assert [marked(f, files) for f in check(files, "fusion", "SA802")] == ["materialised", "'shown'"]


def test_keys_of_ours_are_for_other_rules(check: Check) -> None:
    text = (
        f"models:\n  - name: orders\n    freshness: {DAY}\n    config:\n      freshnes: {DAY}\n      warn_after: 1\n"
        "sources:\n  - name: raw\n    loaded_at_field: ts\n    tables: [{name: t, config: {build_after: 1}}]\n"
        f"seeds:\n  - name: s\n    config: {{freshness: {DAY}}}\n"
    )
    files = {"models/s.yml": text, "models/orders.sql": "select 1"}
    found = check(files, "fusion", everything=True)
    assert "SA802" not in {f.code for f in found}
    places = [(f.place.file, f.place.span) for f in found if f.place.file == "models/s.yml"]
    assert len(places) == len(set(places))


def test_what_dbt_core_refuses(check: Check) -> None:
    files = {
        "dbt_project.yml": f"{PROJECT}colour: red\n",
        "models/s.yml": "sources:\n  - name: raw\n    colour: red\n    tables: [{name: t, colour: red}]\n"
        "models:\n  - name: orders\n    colour: red\n",
        "models/orders.sql": "select 1",
    }
    found = check(files, "core", "SA802", everything=True)
    assert [(f.place.file, f.severity, f.engine_codes) for f in found] == [
        ("dbt_project.yml", "error", ("ProjectContractError",)),
        ("models/s.yml", "error", ("YamlParseDictError",)),
    ]


def two(root: str = "select 1", project: str = "", dep: str = "select 1") -> dict[str, str]:
    return {
        "packages.yml": "packages:\n  - local: dep\n",
        "dep/dbt_project.yml": "name: dep\n",
        "dep/models/orders.sql": dep,
        "models/orders.sql": root,
        "dbt_project.yml": f"{PROJECT}{project}",
    }


def test_the_same_relation(check: Check) -> None:
    for engine, code in (("fusion", "dbt1005"), ("core", "AmbiguousAliasError")):
        finding = only(check(two(), engine))
        assert (finding.code, finding.severity, finding.engine_codes) == ("SA803", "error", (code,))
        assert finding.message == "model `orders` and that of package `dep` write the same relation"
    for files in (
        two("{{ config(alias='mine') }} select 1"),
        two(dep="{{ config(enabled=var('x')) }} select 1"),
        two(project="models:\n  dep:\n    +schema: other\n"),
        {**two(), "macros/m.sql": "{% macro generate_schema_name(a, b) %}x{% endmacro %}"},
    ):
        assert check(files, "fusion", "SA803") == []


def test_versions_that_dbt_core_refuses(check: Check) -> None:
    files = {"dbt_project.yml": f"{PROJECT}config-version: 3\nrequire-dbt-version: '>=2.0.0'\n"}
    assert check(files, "fusion") == []
    assert [f.engine_codes for f in check(files, "core", "SA804")] == [
        ("DbtInternalError",),
        ("DbtProjectError",),
    ]
    fine = {"dbt_project.yml": f"{PROJECT}config-version: 2\nrequire-dbt-version: ['>=1.8.0', '<3.0.0']\n"}
    assert check(fine, "core") == []


def test_sources_without_tables(check: Check) -> None:
    files = {"models/s.yml": "sources:\n  - name: raw\n  - name: full\n    tables: [{name: t}]\n"}
    assert check(files) == []
    finding = only(check(files, "fusion"))
    assert (finding.code, finding.severity, marked(finding, files)) == ("SA805", "warning", "raw")
    assert finding.engine_codes == ("dbt1156",)


def test_packages_are_left_alone(check: Check) -> None:
    files = {
        "packages.yml": "packages:\n  - local: dep\n",
        "dep/dbt_project.yml": "name: dep\nmodels:\n  dep:\n    materialized: table\n",
        "dep/models/s.yml": "sources:\n  - name: raw\n    colour: red\n",
    }
    for engine in ENGINES:
        assert [f for f in check(files, engine) if f.code.startswith("SA8")] == []


def test_of_a_key_of_ours_only_the_further_values_are_told(check: Check) -> None:
    block = "freshness:\n        build_after:\n          count: 4\n          period: hour"
    found = check(tree(block), "fusion")
    assert sorted((f.code, f.place.span and f.place.span.line) for f in found) == [
        ("SA114", 8),
        ("SA801", 9),
        ("SA806", 6),
    ]
    seeds = {"dbt_project.yml": f"{PROJECT}seeds:\n  shop:\n    +{block}\n"}
    found = check(seeds, "fusion")
    assert sorted((f.code, f.place.span and f.place.span.line) for f in found) == [("SA404", 8), ("SA801", 9)]


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ('">=1.10,<2"', ">=1.10"),
        ('">=1.5.0, <2.0.0"', " <2.0.0"),
        ('"==1.11.16"', "==1.11.16"),
        ('[">=1.5.0", ">= 1.6.0"]', ">= 1.6.0"),
        ('">=1.5.0,<2.0.0"', ""),
        ('">=1.11.0-b1"', ""),
        ('">=1.11.0rc1"', ""),
        ('["<1.8.0"]', ""),
    ],
)
def test_versions_as_dbt_core_reads_them(check: Check, written: str, wrong: str) -> None:
    files = {"dbt_project.yml": f"{PROJECT}require-dbt-version: {written}\n", "models/a.sql": "select 1"}
    found = check(files, "core", "SA804")
    assert [f.message for f in found] == (
        [f"dbt Core cannot read `{wrong}`: a version has three numbers and no blanks"] if wrong else []
    )
    assert check(files, "fusion", "SA804") == []
