"""SA106, SA107, SA108, SA109: periods and updates_on."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import marked
from unit.rules.yaml_files import PROJECT, model, source, sql, state


def block(period: str, count: str = "4") -> str:
    return f"{{build_after: {{count: {count}, period: {period}}}}}"


@pytest.mark.parametrize(
    ("period", "shown", "hint"),
    [
        ("hours", "`hours`", "write `hour`"),
        ("hrs", "`hrs`", "write `hour`"),
        ("Hour", "`Hour`", "write `hour`"),
        ("DAYS", "`DAYS`", "write `day`"),
        ('"hour "', '`"hour "`', "write `hour`"),
        ("minuts", "`minuts`", "write `minute`"),
        ("m", "`m`", "write `minute`"),
        ("week", "`week`", "write days: a week is `{count: 7, period: day}`"),
        ("month", "`month`", "dbt has no longer period than `day`"),
        ("seconds", "`seconds`", "the shortest period is `minute`"),
        ("soon", "`soon`", "write `minute`, `hour` or `day`"),
        ("1", "the number `1`", "write `minute`, `hour` or `day`"),
        ("[hour]", "a list", "write `hour`"),
    ],
)
def test_the_right_word_is_named(check: Check, period: str, shown: str, hint: str) -> None:
    files = model(block(period))
    finding = only(check(files))
    assert (finding.code, finding.severity) == ("SA106", "error")
    assert finding.message == f"period must be minute, hour or day; {shown} is none of them"
    assert finding.hint == hint
    assert marked(finding, files) == period
    assert finding.notes == ("dbt v2 stops here and writes no manifest (dbt1013); dbt Core 1.11 stops too",)
    assert only(check(files, "fusion")).engine_codes == ("dbt1013",)
    assert only(check(files, "core")).engine_codes == ("InvalidFieldValue",)


def test_places(check: Check) -> None:
    files = sql("freshness={'build_after': {'count': 4, 'period': 'hours'}}")
    finding = only(check(files, "fusion"))
    assert (marked(finding, files), finding.engine_codes) == ("'hours'", ("dbt1501",))
    files = source("{error_after: {count: 4, period: hours}}")
    assert only(check(files, "core")).severity == "error"
    files = state("{lag_tolerance: {count: 4, period: hours}}")
    assert only(check(files, "fusion")).engine_codes == ("dbt1013",)
    assert only(check(files, "core")).severity == "warning"


def test_core_reads_only_entries_of_models_that_exist(check: Check) -> None:
    files = model(block("hours"))
    del files["models/orders.sql"]
    assert only(check(files, "fusion", "SA106")).severity == "error"
    assert only(check(files, "core", "SA106")).severity == "warning"


@pytest.mark.parametrize(
    ("period", "after"),
    [("hours", "hour"), ('"hours"', '"hour"'), ("'Hour'", "'hour'"), ("d", "day")],
)
def test_fix_keeps_quotes(fix: Fixed, period: str, after: str) -> None:
    assert f"period: {after}}}" in fix(model(block(period)), "SA106")["models/s.yml"]


def test_fix_of_weeks(fix: Fixed) -> None:
    assert "{count: 14, period: day}" in fix(model(block("weeks", "2")), "SA106")["models/s.yml"]


def test_no_fix_without_a_certain_count(check: Check) -> None:
    assert only(check(model(block("weeks", "x")), select="SA106")).fixes == ()
    assert only(check(model(block("month")), select="SA106")).fixes == ()


@pytest.mark.parametrize(
    ("engine", "severity"), [("documented", "warning"), ("fusion", "info"), ("core", "error")]
)
def test_second(check: Check, engine: str, severity: str) -> None:
    files = model(block("second"))
    finding = only(check(files, engine))
    assert (finding.code, finding.severity) == ("SA107", severity)
    assert marked(finding, files) == "second"
    assert finding.fixes == ()
    assert check(state("{lag_tolerance: {count: 4, period: second}}"), engine) == []


def test_second_fix(fix: Fixed) -> None:
    assert "{count: 2, period: minute}" in fix(model(block("second", "120")), "SA107")["models/s.yml"]


@pytest.mark.parametrize(
    ("value", "shown", "hint"),
    [
        ("ALL", "`ALL`", "write `all`"),
        ("both", "`both`", "write `all`"),
        ("either", "`either`", "write `any`"),
        ("some_model", "`some_model`", "write `any` or `all`"),
        ("true", "the boolean `true`", "write `any` or `all`"),
        ('""', "an empty text", "write `any` or `all`"),
        ("[a, b]", "a list", "write `any` or `all`"),
    ],
)
def test_updates_on(check: Check, value: str, shown: str, hint: str) -> None:
    files = model(f"{{build_after: {{count: 4, period: hour, updates_on: {value}}}}}")
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.hint) == ("SA108", "error", hint)
    assert finding.message == f"updates_on must be any or all; {shown} is neither"
    assert marked(finding, files) == value
    assert only(check(files, "core")).engine_codes == ("InvalidFieldValue",)


def test_updates_on_fix(fix: Fixed) -> None:
    files = model("{build_after: {count: 4, period: hour, updates_on: 'Any'}}")
    assert "updates_on: 'any'" in fix(files, "SA108")["models/s.yml"]


@pytest.mark.parametrize("engine", ENGINES)
def test_updates_on_alone_says_what_it_replaces(check: Check, engine: str) -> None:
    project = PROJECT + "models:\n  +freshness: {build_after: {count: 1, period: day}}\n"
    files = model("{build_after: {updates_on: all}}", **{"dbt_project.yml": project})
    finding = only(check(files, engine, "SA109"))
    assert finding.severity == "warning"
    assert finding.message == (
        "build_after has updates_on alone, so there is no interval; "
        "the 1 day from dbt_project.yml:5 is replaced, not completed"
    )
    assert finding.hint == "write `{count: 1, period: day, updates_on: all}`"
    assert finding.related[0].place.file == "dbt_project.yml"
    assert marked(finding, files) == "build_after: {updates_on: all}"


def test_updates_on_alone_over_nothing(check: Check) -> None:
    finding = only(check(model("{build_after: {updates_on: any}}")))
    assert finding.message == "build_after has updates_on but no count and period, so there is no interval"
    assert finding.hint == "write `{count: 0, period: minute, updates_on: any}`"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", ["minute", "hour", "day"])
@pytest.mark.parametrize("updates_on", ["any", "all"])
def test_right_words_pass(check: Check, engine: str, period: str, updates_on: str) -> None:
    files = model(f"{{build_after: {{count: 4, period: {period}, updates_on: {updates_on}}}}}")
    assert check(files, engine) == []


@pytest.mark.parametrize(
    ("block", "after"),
    [
        ("{build_after: {updates_on: all}}", "{build_after: {count: 0, period: minute, updates_on: all}}"),
        (
            "\n        build_after:\n          updates_on: all",
            "\n        build_after:\n          count: 0\n          period: minute\n          updates_on: all",
        ),
    ],
)
def test_updates_on_alone_fix(fix: Fixed, block: str, after: str) -> None:
    assert fix(model(block), "SA109")["models/s.yml"].endswith(f"freshness: {after}\n")


def test_updates_on_alone_fix_that_takes_what_is_replaced(check: Check, fix: Fixed) -> None:
    files = {
        **sql("freshness={'build_after': {'updates_on': 'all'}}"),
        "dbt_project.yml": PROJECT + "models:\n  +freshness: {build_after: {count: 1, period: day}}\n",
        "models/other.sql": "select 1",
    }
    assert only(check(files, select="SA109")).fixes[0].safe is False
    after = fix(files, "SA109")["models/orders.sql"]
    assert "{'count': 1, 'period': 'day', 'updates_on': 'all'}" in after
