"""SA601 to SA607: what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.checks import ENGINES, Check, only
from unit.rules.projects import found_in, marked, read_project, write_project
from unit.rules.yaml_files import PROJECT, model, sql

DAY = "{build_after: {count: 1, period: day}}"


def properties(text: str) -> dict[str, str]:
    return {"models/s.yml": text, "models/orders.sql": "select 1"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (f"models:\n  - name: orders\n    config: {{freshness: {DAY}\n", 4, "did not find expected"),
        (
            f"models:\n\t- name: orders\n\t  freshness: {DAY}\n",
            2,
            "found character that cannot start any token",
        ),
        ("models: []\n---\nmodels: []  # freshness\n", 2, "more than one YAML document"),
        ("models:\n  - name: orders\n    config: {freshness: *gone}\n", 3, "alias"),
        ("- freshness\n", 1, "its top must be a map"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_yaml_that_cannot_be_read(check: Check, text: str, line: int, message: str, engine: str) -> None:
    finding = only(check(properties(text), engine))
    assert (finding.code, finding.severity) == ("SA601", "error")
    assert finding.message.startswith("dbt cannot read this file: ")
    assert message in finding.message
    assert finding.place.span is not None
    assert finding.place.span.line == line
    codes = {"fusion": ("dbt1013",), "core": ("YamlLoadError",)}
    assert finding.engine_codes == codes.get(engine, ("dbt1013", "YamlLoadError"))


def test_empty_files_are_fine(check: Check) -> None:
    for text in ("", "# freshness\n", "null\n", "---\n"):
        assert check(properties(text), everything=True) == []


def test_dbt_project_yml_that_cannot_be_read(check: Check) -> None:
    files = {"dbt_project.yml": "name: shop\nmodels: [\n", "models/orders.sql": "select 1"}
    finding = only(check(files, "core", "SA6"))
    assert (finding.code, finding.place.file) == ("SA601", "dbt_project.yml")
    assert finding.engine_codes == ("DbtValidationError",)


def test_unknown_tags_stop_dbt_core(check: Check) -> None:
    files = model("{build_after: {count: !number 4, period: hour}}")
    severities = {engine: [f.severity for f in check(files, engine, "SA601")] for engine in ENGINES}
    assert severities == {"documented": ["warning"], "fusion": [], "core": ["error"]}


def test_jinja_that_cannot_be_read(check: Check) -> None:
    files = {"models/orders.sql": "{{ config(freshness={'build_after': {'count': 4}) }}\nselect 1\n"}
    for engine, codes in (("fusion", ("dbt1502",)), ("core", ("CompilationError",))):
        finding = only(check(files, engine, "SA6"))
        assert (finding.code, finding.severity, finding.engine_codes) == ("SA602", "error", codes)
        assert finding.place.span is not None
        assert finding.place.span.line == 1
    assert check(sql("freshness={'build_after': {'count': 4, 'period': 'hour'}}"), select="SA602") == []


def test_files_that_are_not_utf_8(tmp_path: Path) -> None:
    write_project(tmp_path, {"models/orders.sql": "select 1"})
    (tmp_path / "models/s.yml").write_bytes("models: [] # freshness caf\u00e9".encode("latin-1"))
    (tmp_path / "models/b.sql").write_bytes(b"{{ config(freshness={}) }} select '\xff'")
    found = found_in(tmp_path, {}, "SA603")
    assert [(f.place.file, f.severity) for f in found] == [
        ("models/b.sql", "error"),
        ("models/s.yml", "error"),
    ]
    assert found[1].message == "this file cannot be read: not UTF-8 (byte 26)"
    assert found[1].hint == "save it as UTF-8"


def test_values_that_cannot_be_told(check: Check) -> None:
    files = model("{build_after: {count: \"{{ env_var('NOWHERE_SET') | int }}\", period: hour}}")
    finding = only([f for f in check(files) if f.code == "SA604"])
    assert (finding.severity, marked(finding, files)[:9]) == ("info", "freshness")
    assert finding.message.startswith("`freshness` cannot be told without running dbt: ")
    assert check(model(DAY), select="SA604") == []


@pytest.mark.parametrize(
    ("text", "message", "codes"),
    [
        ("models: {}\n", "dbt_project.yml has no `name`", ("dbt1013", "DbtProjectError")),
        ("name: 5\n", "the project's `name` must be text", ("dbt1013", "ProjectContractError")),
        ("name: my shop\n", "the project's `name` has a blank in it", ("dbt1159", "ProjectContractError")),
        ("name: shop\nmodels: table\n", "`models` must be a map", ("dbt1013", "ProjectContractError")),
        ("name: shop\nseeds: [a]\n", "`seeds` must be a map", ("dbt1013", "ProjectContractError")),
        (
            "name: shop\nmodel-paths: models\n",
            "`model-paths` must be a list of folders",
            ("dbt1013", "ProjectContractError"),
        ),
    ],
)
def test_a_project_file_of_the_wrong_shape(
    check: Check, text: str, message: str, codes: tuple[str, str]
) -> None:
    files = {"dbt_project.yml": text, "models/orders.sql": "select 1"}
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.message, finding.engine_codes) == (
        "SA605",
        "error",
        message,
        codes,
    )


def test_what_only_one_engine_refuses(check: Check) -> None:
    hyphen = {"dbt_project.yml": "name: my-shop\n"}
    assert [[f.severity for f in check(hyphen, engine, "SA605")] for engine in ENGINES] == [
        ["warning"],
        [],
        ["error"],
    ]
    old = {"dbt_project.yml": "name: shop\nsource-paths: [models]\n"}
    assert [[f.severity for f in check(old, engine, "SA605")] for engine in ENGINES] == [
        ["warning"],
        ["error"],
        ["warning"],
    ]
    assert check({"dbt_project.yml": f"{PROJECT}models:\n"}, select="SA605") == []


@pytest.mark.parametrize(
    ("text", "message", "core"),
    [
        (
            f"models:\n  orders:\n    config: {{freshness: {DAY}}}\n",
            "`models` must be a list",
            "ParsingError",
        ),
        ("models: [freshness]\n", "an item of `models` must be a map with a `name`", "ParsingError"),
        (f"models:\n  - config: {{freshness: {DAY}}}\n", "an item of `models` has no `name`", "ParsingError"),
        (
            "models:\n  - name: [freshness]\n",
            "the `name` of an item of `models` must be text",
            "YamlParseDictError",
        ),
        (
            "models:\n  - name: orders\n    config: [freshness]\n",
            "`config` must be a map",
            "YamlParseDictError",
        ),
        ("sources:\n  - name: raw\n    tables: {t: {}}\n", "`tables` must be a list", "YamlParseDictError"),
        (
            "sources:\n  - name: raw\n    tables: [{description: x}]\n",
            "an item of `tables` has no `name`",
            "YamlParseDictError",
        ),
    ],
)
def test_properties_of_the_wrong_shape(check: Check, text: str, message: str, core: str) -> None:
    for engine in ENGINES:
        finding = only(check(properties(text), engine, "SA606"))
        assert finding.severity == "error"
        assert finding.message.startswith(message)
    assert finding.engine_codes == (core,)


def test_empty_lists_and_configs_stop_dbt_core(check: Check) -> None:
    for text in ("sources:\n", "models:\n  - name: orders  # freshness\n    config:\n"):
        severities = [[f.severity for f in check(properties(text), engine, "SA606")] for engine in ENGINES]
        assert severities == [["warning"], [], ["error"]]


def test_arguments_that_dbt_core_refuses(check: Check) -> None:
    block = "{'build_after': {'count': 1, 'period': 'day'}}"
    twice, mixed = sql(f"freshness={block}, freshness={block}"), sql(f"{{'freshness': {block}}}, tags='a'")
    for files, code in ((twice, "CompilationError"), (mixed, "InlineModelConfigError")):
        severities = [[f.severity for f in check(files, engine, "SA607")] for engine in ENGINES]
        assert severities == [["warning"], [], ["error"]]
        assert only(check(files, "core", "SA607")).engine_codes == (code,)
    assert check(sql(f"freshness={block}, tags='a'"), "core", "SA607") == []


def test_a_broken_project_still_loads(tmp_path: Path) -> None:
    """None of the above keeps the rest from being read."""
    project = read_project(
        write_project(tmp_path, {"dbt_project.yml": "[", "models/s.yml": "sources: [{name"})
    )
    assert project.models == {}
