"""SA110, SA111, SA115, SA116: durations, values of state, maps and texts."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import marked
from unit.rules.yaml_files import model, source, sql, state, tree


@pytest.mark.parametrize(
    ("value", "reason", "hint"),
    [
        ("soon", "`soon` is none", "write `30 minutes`, `4 hours` or `1 day`"),
        ("4", "the number `4` is without a unit", "write `4 minutes` or `4 hours`"),
        ('"4"', "`4` is without a unit", "write `4 minutes` or `4 hours`"),
        ("-1 day", "`-1 day` is negative", "write `30 minutes`, `4 hours` or `1 day`"),
        ("PT1H", "`PT1H` is none", "write `1 hour`"),
        ("4 Hours", "`4 Hours` is none", "write `4 hours`"),
        ('""', "an empty text is none", "write `30 minutes`, `4 hours` or `1 day`"),
        ("[1, day]", "a list is none", "write `1 day`"),
        ("true", "the boolean `true` is none", "write `30 minutes`, `4 hours` or `1 day`"),
    ],
)
def test_durations(check: Check, value: str, reason: str, hint: str) -> None:
    files = state(f"{{lag_tolerance: {value}}}")
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.hint) == ("SA110", "error", hint)
    assert finding.message == f"lag_tolerance must be a number with a unit, like `4 hours`; {reason}"
    assert marked(finding, files) == value
    assert only(check(files, "fusion")).engine_codes == ("dbt1013",)
    assert only(check(files, "core")).severity == "warning"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "value", ["30m", "4 hours", "1h 30m", "2w", "0", "1 month", "{count: 1, period: day}", "null"]
)
def test_right_durations_pass(check: Check, value: str, engine: str) -> None:
    quoted = f"'{value}'" if not value.startswith("{") and value != "null" else value
    assert check(state(f"{{lag_tolerance: {quoted}}}"), engine) == []


def test_a_capital_m_is_a_month(check: Check) -> None:
    finding = only(check(state("{lag_tolerance: 30M}"), "fusion"))
    assert (finding.severity, finding.hint) == ("warning", "write `30m` if minutes are meant")
    assert finding.message == "`M` in `30M` means months of 30.44 days; minutes are `m`"


@pytest.mark.parametrize(("value", "after"), [("PT1H", "1 hour"), ("'4 Hours'", "'4 hours'")])
def test_duration_fix(fix: Fixed, value: str, after: str) -> None:
    assert f"lag_tolerance: {after}}}" in fix(state(f"{{lag_tolerance: {value}}}"), "SA110")["models/s.yml"]


@pytest.mark.parametrize(
    ("key", "value", "message", "hint"),
    [
        ("require_fresh_data_from", "ALL", "must be any or all; `ALL` is neither", "write `all`"),
        (
            "pre_clone",
            "IfMissing",
            "must be never, if_missing or always; `IfMissing` is none of them",
            "write `if_missing`",
        ),
        (
            "pre_clone",
            "true",
            "must be never, if_missing or always; the boolean `true` is none of them",
            "write `always`",
        ),
        ("evaluate_volatile_sql", '"yes"', "must be true or false; `yes` is neither", "write `true`"),
        (
            "execute_hooks_on_any_reuse",
            '"true"',
            "must be true or false; the text `true` is neither",
            "write `true`",
        ),
        ("execute_hooks_on_reuse", "1", "must be true or false; the number `1` is neither", ""),
    ],
)
def test_state_values(check: Check, key: str, value: str, message: str, hint: str) -> None:
    files = state(f"{{{key}: {value}}}")
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.hint) == ("SA111", "error", hint)
    assert finding.message == f"{key} {message}"
    assert marked(finding, files) == value
    assert only(check(files, "fusion")).engine_codes == ("dbt1013",)
    assert only(check(files, "core")).severity == "warning"


@pytest.mark.parametrize(
    ("key", "value", "after"),
    [
        ("require_fresh_data_from", "Any", "any"),
        ("pre_clone", "'if-missing'", "'if_missing'"),
        ("pre_clone", "false", "never"),
        ("evaluate_volatile_sql", '"no"', "false"),
    ],
)
def test_state_fix(fix: Fixed, key: str, value: str, after: str) -> None:
    assert f"{{{key}: {after}}}" in fix(state(f"{{{key}: {value}}}"), "SA111")["models/s.yml"]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("daily", "write `{build_after: {count: 1, period: day}}`"),
        ("4 hours", "write `{build_after: {count: 4, period: hour}}`"),
        ("false", "write `{build_after: {count: 0, period: minute}}`"),
        ("[]", ""),
        ("4", ""),
    ],
)
def test_freshness_is_a_map(check: Check, value: str, hint: str) -> None:
    files = model(value)
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.hint) == ("SA115", "error", hint)
    assert finding.message.startswith("freshness must be a map with build_after; ")
    assert marked(finding, files) == value
    assert only(check(files, "fusion")).engine_codes == ("dbt1013",)
    core = only(check(files, "core"))
    assert (core.severity, core.engine_codes) == ("warning", ())
    assert core.notes == ("dbt Core 1.11 ignores it, and what is inherited stays",)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("4 hours", "write `{count: 4, period: hour}`"),
        ("[4, hour]", "write `{count: 4, period: hour}`"),
        ("4", ""),
        ("false", "write `{count: 0, period: minute}`"),
    ],
)
def test_build_after_is_a_map(check: Check, value: str, hint: str) -> None:
    files = model(f"{{build_after: {value}}}")
    finding = only(check(files, "core"))
    assert (finding.severity, finding.engine_codes) == ("error", ("InvalidFieldValue",))
    assert finding.hint == hint
    assert finding.message.startswith("build_after must be a map with count and period; ")


def test_thresholds_and_state_are_maps(check: Check) -> None:
    files = source("{warn_after: 12 hours}")
    assert only(check(files)).hint == "write `{count: 12, period: hour}`"
    assert only(check(files, "core")).severity == "error"
    assert only(check(source("daily"))).message == (
        "freshness must be a map with warn_after and error_after; `daily` is none"
    )
    assert only(check(source("false"))).hint == "write `null`"
    assert only(check(state("always"))).message == "state must be a map with lag_tolerance; `always` is none"


@pytest.mark.parametrize("value", ["4 hours", "'4 hours'", "hourly", "false"])
def test_map_fix(fix: Fixed, value: str) -> None:
    after = fix(model(f"{{build_after: {value}}}"), "SA115")["models/s.yml"]
    assert after.endswith(("hour}}\n", "minute}}\n"))


def test_map_fix_in_code(fix: Fixed) -> None:
    after = fix(sql("freshness={'build_after': '4 hours'}"), "SA115")["models/orders.sql"]
    assert "{'build_after': {'count': 4, 'period': 'hour'}}" in after


def test_map_in_dbt_project(check: Check) -> None:
    finding = only(check(tree("+freshness: daily"), "fusion"))
    assert (finding.severity, finding.place.file) == ("error", "dbt_project.yml")


@pytest.mark.parametrize(
    ("key", "value", "message", "hint"),
    [
        (
            "loaded_at_field",
            "5",
            "must be text, a column or SQL expression; the number `5` is none",
            "",
        ),
        ("loaded_at_field", "[ts]", "must be text, a column or SQL expression; a list is none", "write `ts`"),
        ("loaded_at_query", "{a: b}", "must be text, a SQL query; a map is none", ""),
    ],
)
def test_texts(check: Check, key: str, value: str, message: str, hint: str) -> None:
    files = source("{}", f"{{{key}: {value}}}")
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.hint) == ("SA116", "error", hint)
    assert finding.message == f"{key} {message}"
    assert marked(finding, files) == value
    assert only(check(files, "fusion")).engine_codes == ("dbt1013",)
    assert only(check(files, "core")).engine_codes == ("ValidationError",)


def test_filter_of_dbt_core_is_any_value(check: Check) -> None:
    files = source("{filter: true, warn_after: {count: 1, period: day}}")
    assert only(check(files, select="SA116")).severity == "error"
    assert only(check(files, "core", "SA116")).severity == "warning"


def test_text_fix(fix: Fixed) -> None:
    files = source("{filter: true, warn_after: {count: 1, period: day}}", "{loaded_at_field: ts}")
    assert 'filter: "true"' in fix(files, "SA116")["models/s.yml"]
