"""SA101 and SA102: one of count and period is missing, as written and in force."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, only
from unit.rules.projects import fixed, marked
from unit.rules.yaml_files import PROJECT, model, source, sql, state, tree

HALF = model("{build_after: {count: 4}}")


def test_the_written_block(check: Check) -> None:
    finding = only(check(HALF, select="SA101"))
    assert finding.message == "build_after has a count but no period; both are required"
    assert finding.severity == "error"
    assert finding.hint == "add `period`, as in `period: hour`"
    assert finding.node == "model.shop.orders"
    assert marked(finding, HALF) == "build_after: {count: 4}"


def test_the_value_in_force_is_told_at_the_model_under_dbt_v2(check: Check) -> None:
    written, effective = check(HALF, "fusion")
    if written.code == "SA102":
        written, effective = effective, written
    assert (written.code, written.severity, written.engine_codes) == ("SA101", "warning", ())
    assert (effective.code, effective.severity, effective.engine_codes) == ("SA102", "error", ("dbt1005",))
    assert (effective.place.file, effective.place.span) == ("models/orders.sql", None)
    assert effective.related[0].place.file == "models/s.yml"
    assert effective.message == (
        "the build_after in force for orders has no period; count and period are both required"
    )


def test_one_half_block_for_many_models_is_told_once(check: Check) -> None:
    files = tree("+freshness: {build_after: {period: day}}", **{"models/b.sql": "select 1"})
    finding = only(check(files, "fusion", "SA102"))
    assert "for b (and for 1 more) has no count" in finding.message


def test_core_stops_at_a_used_block_even_if_hidden(check: Check) -> None:
    files = model(
        "{build_after: {count: 1, period: day}}",
        **{"dbt_project.yml": PROJECT + "models:\n  +freshness: {build_after: {count: 4}}\n"},
    )
    assert check(files, "fusion", "SA102") == []
    assert only(check(files, "fusion", "SA101")).severity == "warning"
    finding = only(check(files, "core", "SA101"))
    assert (finding.severity, finding.engine_codes) == ("error", ("ValidationError",))
    assert check(files, "core", "SA102") == []


def test_core_names_another_error_for_code(check: Check) -> None:
    files = sql("freshness={'build_after': {'count': 3}}")
    assert only(check(files, "core", "SA101")).engine_codes == ("ConfigUpdateError",)


def test_an_unused_block_is_no_error_for_an_engine(check: Check) -> None:
    files = tree("nothing: {+freshness: {build_after: {count: 4}}}")
    assert only(check(files, "core", "SA101")).severity == "warning"
    assert only(check(files, "fusion", "SA101")).severity == "warning"
    assert check(files, "fusion", "SA102") == []


def test_a_source_threshold_is_only_a_warning_for_dbt_v2(check: Check) -> None:
    files = source("{warn_after: {count: 6}, error_after: {count: 1, period: day}}")
    assert only(check(files, "documented")).severity == "error"
    finding = only(check(files, "fusion"))
    assert (finding.code, finding.severity, finding.engine_codes) == ("SA101", "warning", ("dbt1007",))
    assert marked(finding, files) == "warn_after: {count: 6}"
    assert only(check(files, "core")).engine_codes == ()


def test_lag_tolerance_as_a_map(check: Check) -> None:
    files = state("{lag_tolerance: {count: 2}}")
    assert only(check(files)).message.startswith("lag_tolerance has a count but no period")
    assert [f.code for f in check(files, "fusion")] == ["SA102", "SA101"]
    assert only(check(files, "core")).severity == "warning"


def test_a_package_is_told_by_its_value_in_force(check: Check) -> None:
    files = {
        "packages.yml": "packages:\n  - local: pkg\n",
        "pkg/dbt_project.yml": "name: dep\nversion: '1.0'\nprofile: shop\nmodels:\n"
        "  +freshness: {build_after: {count: 4}}\n",
        "pkg/models/m.sql": "select 1",
    }
    for engine in ENGINES:
        assert check(files, engine, "SA101") == []
        assert only(check(files, engine, "SA102")).severity == "error"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "block",
    [
        "{build_after: {count: 4, period: hour}}",
        "{build_after: {}}",
        "{build_after: {count: \"{{ env_var('NOT_SET') | int }}\", period: hour}}",
    ],
)
def test_complete_empty_and_undecidable_blocks_pass(check: Check, block: str, engine: str) -> None:
    assert check(model(block), engine, "SA101") == []
    assert check(model(block), engine, "SA102") == []


@pytest.mark.parametrize(
    "block", ["{build_after: {Count: 4, period: hour}}", "{build_after: {count: x, period: hour}}"]
)
def test_one_mistake_is_told_once(check: Check, block: str) -> None:
    assert only(check(model(block))).code in ("SA112", "SA103")


@pytest.mark.parametrize(
    ("block", "fixed_block"),
    [
        ("{build_after: {count: 4}}", "{build_after: {count: 4, period: hour}}"),
        (
            "{build_after: {'count': 4, updates_on: all}}",
            "{build_after: {'count': 4, updates_on: all, period: hour}}",
        ),
        ("{build_after: {count: 4, period: null}}", "{build_after: {count: 4, period: hour}}"),
        ("{build_after: {count: 4, period: }}", "{build_after: {count: 4, period: hour }}"),
        (
            "\n        build_after:\r\n          count: 4   # four\r\n",
            "\n        build_after:\r\n          count: 4   # four\r\n          period: hour\r\n",
        ),
    ],
)
def test_a_missing_period_is_a_choice(check: Check, block: str, fixed_block: str) -> None:
    files = model(block)
    finding = only(check(files, select="SA101"))
    assert [fix.title for fix in finding.fixes] == [f"Write `period: {p}`" for p in ("hour", "day", "minute")]
    assert not any(fix.safe for fix in finding.fixes)
    assert finding.settled_fix(lambda fix: True) is None
    after = fixed(files, finding.fixes[0])
    assert after["models/s.yml"].split("freshness:", 1)[1].replace("\r", "") == (
        f" {fixed_block}\n".replace("\r", "")
    )
    for engine in ENGINES:
        assert check(after, engine) == []
    assert "period: minute" in fixed(files, finding.fixes[2])["models/s.yml"]


@pytest.mark.parametrize(
    "files",
    [
        model("{build_after: {period: hour}}"),
        model("{build_after: {count: 4, period: \"{{ var('x', none) }}\"}}"),
        model("\"{{ {'build_after': {'count': 4}} }}\""),
        sql("freshness={'build_after': {'count': 3}}"),
    ],
)
def test_where_nothing_tells_the_other_half_there_is_no_fix(check: Check, files: dict[str, str]) -> None:
    assert all(f.fixes == () for f in check(files, select="SA101"))
