"""SA103, SA104, SA105: counts."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import marked
from unit.rules.yaml_files import model, source, sql, state, tree


def block(count: str) -> str:
    return f"{{build_after: {{count: {count}, period: hour}}}}"


@pytest.mark.parametrize(
    ("count", "message", "hint"),
    [
        ('"4"', "count must be a whole number; `4` is text", "write `4`"),
        ("four", "count must be a whole number; `four` is text", "write `4`"),
        ("many", "count must be a whole number; `many` is text", "write a whole number"),
        ("1.5", "count must be a whole number; the fraction `1.5` is none", "write a whole number"),
        ("4.0", "count must be a whole number; the fraction `4.0` is none", "write `4`"),
        ("true", "count must be a whole number; the boolean `true` is none", "write a whole number"),
        ("[4]", "count must be a whole number; a list is none", "write a whole number"),
        ('""', "count must be a whole number; an empty text is none", "write a whole number"),
        (
            "9223372036854775808",
            "count must be at most 9223372036854775807; `9223372036854775808` is too large",
            "write a whole number",
        ),
    ],
)
def test_each_type_is_named(check: Check, count: str, message: str, hint: str) -> None:
    files = model(block(count))
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.message, finding.hint) == (
        "SA103",
        "error",
        message,
        hint,
    )
    assert marked(finding, files) == count
    fusion = only(check(files, "fusion", "SA103"))
    assert (fusion.severity, fusion.engine_codes) == ("error", ("dbt1013",))


@pytest.mark.parametrize(
    ("count", "severity", "codes"),
    [
        ('"4"', "info", ()),
        ("1.5", "warning", ()),
        ("true", "warning", ()),
        ("four", "error", ("InvalidFieldValue",)),
        ("9223372036854775808", "error", ("OverflowError",)),
    ],
)
def test_dbt_core_takes_what_int_takes(
    check: Check, count: str, severity: str, codes: tuple[str, ...]
) -> None:
    finding = only(check(model(block(count)), "core"))
    assert (finding.code, finding.severity, finding.engine_codes) == ("SA103", severity, codes)


def test_places(check: Check) -> None:
    files = sql("freshness={'build_after': {'count': '4', 'period': 'hour'}}")
    finding = only(check(files, "fusion", "SA103"))
    assert (marked(finding, files), finding.engine_codes) == ("'4'", ("dbt1501",))
    assert finding.notes == ("dbt v2 leaves the model out of its manifest (dbt1501)",)
    files = tree("+freshness: {build_after: {count: '4', period: hour}}")
    finding = only(check(files, "fusion", "SA103"))
    assert finding.notes == ("dbt v2 drops the whole map that holds the key, folders included (dbt1013)",)
    python = {
        "models/p.py": "def model(dbt, s):\n    dbt.config(freshness={'build_after': {'count': 1.5, 'period': 'day'}})\n"
    }
    assert only(check(python, "fusion", "SA103")).engine_codes == ("dbt1000",)
    assert (
        only(check(state("{lag_tolerance: {count: '2', period: hour}}"), "fusion", "SA103")).severity
        == "error"
    )


def test_a_source_drops_it(check: Check) -> None:
    files = source("{warn_after: {count: 1.5, period: hour}}")
    assert only(check(files)).severity == "error"
    finding = only(check(files, "fusion"))
    assert (finding.code, finding.severity, finding.engine_codes) == ("SA103", "warning", ("dbt1007",))
    assert check(source("{warn_after: {count: '6', period: hour}}")) == []


def test_packages_are_left_alone(check: Check) -> None:
    files = {
        "packages.yml": "packages:\n  - local: pkg\n",
        "pkg/dbt_project.yml": "name: dep\nversion: '1.0'\nprofile: shop\n",
        "pkg/models/m.sql": "select 1",
        "pkg/models/s.yml": model(block("x"))["models/s.yml"].replace("orders", "m"),
    }
    assert check(files, select="SA103") == []


def test_an_alias_is_told_once(check: Check) -> None:
    text = (
        "anchors:\n  - &daily {build_after: {count: '1', period: day}}\nmodels:\n"
        "  - {name: orders, config: {freshness: *daily}}\n  - {name: b, config: {freshness: *daily}}\n"
    )
    assert only(check({"models/s.yml": text, "models/orders.sql": "x"}, select="SA103")).place.span[0] == 2


@pytest.mark.parametrize("count", ['"4"', "'4'", "4.0", "four", '" 4 "'])
def test_fix(fix: Fixed, count: str) -> None:
    after = fix(model(block(count)), "SA103")
    assert after["models/s.yml"].endswith("freshness: {build_after: {count: 4, period: hour}}\n")


def test_fix_in_code(fix: Fixed) -> None:
    after = fix(sql("freshness={'build_after': {'count': '4', 'period': 'hour'}}"), "SA103")
    assert "{'count': 4, 'period': 'hour'}" in after["models/orders.sql"]


def test_a_number_in_quotes_that_is_no_decimal_has_no_fix(check: Check) -> None:
    assert only(check(model(block("010")))).fixes == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_negative(check: Check, engine: str) -> None:
    files = model(block("-1"))
    finding = only(check(files, engine))
    assert finding.code == "SA104"
    assert finding.severity == ("error" if engine == "documented" else "warning")
    assert finding.message == "count must be positive; with `-1` the model is never held back, as with 0"
    assert marked(finding, files) == "-1"


def test_negative_threshold(check: Check) -> None:
    finding = only(check(source("{warn_after: {count: -1, period: hour}}")))
    assert finding.message == "count must be positive; with `-1` the source always counts as late"


@pytest.mark.parametrize("engine", ENGINES)
def test_zero_is_an_information(check: Check, engine: str) -> None:
    finding = only(check(model(block("0")), engine))
    assert (finding.code, finding.severity) == ("SA105", "info")
    assert check(model("{build_after: {count: 0, period: minute, updates_on: all}}"), engine) == []
    assert check(state("{lag_tolerance: {count: 0, period: hour}}"), engine) == []


def test_zero_fix(fix: Fixed) -> None:
    assert "count: 0, period: minute" in fix(model(block("0")), "SA105")["models/s.yml"]


@pytest.mark.parametrize("engine", ENGINES)
def test_zero_in_a_source_is_a_warning(check: Check, engine: str) -> None:
    finding = only(check(source("{warn_after: {count: 0, period: hour}}"), engine))
    assert finding.severity == "warning"
    assert finding.message == "warn_after of 0 has always passed, so `dbt source freshness` warns every time"
