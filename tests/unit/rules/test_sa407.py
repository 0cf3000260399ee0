"""SA407 and SA408: values that never count, and blocks that take away what they do not repeat."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, only
from unit.rules.projects import fixed, marked
from unit.rules.yaml_files import PROJECT, source

DAY = "{build_after: {count: 1, period: day}}"
HOUR = "{build_after: {count: 1, period: hour}}"


def models(*names: str, config: str = "", **more: str) -> dict[str, str]:
    """Models in `marts`, each with the same config in its properties."""
    lines = [f"  - name: {name}\n    config: {config}\n" for name in names] if config else []
    properties = {"models/marts/s.yml": "models:\n" + "".join(lines)} if lines else {}
    return {**{f"models/marts/{name}.sql": "select 1" for name in names}, **properties, **more}


def folder(freshness: str, **more: str) -> dict[str, str]:
    return {
        "dbt_project.yml": f"{PROJECT}models:\n  shop:\n    marts:\n      +freshness: {freshness}\n",
        **more,
    }


def test_code_over_properties(check: Check) -> None:
    files = models("a", config=f"{{freshness: {DAY}}}")
    files["models/marts/a.sql"] = "{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }}"
    for engine in ENGINES:
        finding = only(check(files, engine))
        assert (finding.code, finding.severity) == ("SA407", "info")
        assert finding.message == "this is never in force: models/marts/a.sql:1 overrides it"
        assert marked(finding, files) == f"freshness: {DAY}"
        assert finding.related[0].place.file == "models/marts/a.sql"
        assert finding.tags == ("unnecessary",)


def test_a_folder_that_every_model_overrides(check: Check) -> None:
    files = folder(DAY, **models("a", "b", "c", config=f"{{freshness: {HOUR}}}"))
    finding = only(check(files, select="SA407"))
    assert finding.message == "this is in force for none of the 3 nodes that it reaches: each has its own"
    assert marked(finding, files) == f"+freshness: {DAY}"
    one_left = {**files, "models/marts/d.sql": "select 1"}
    assert check(one_left, select="SA407") == []


def test_where_an_engine_may_let_it_through(check: Check) -> None:
    for above in ("null", "{}", "{build_after: null}", '"{{ run_query(1) }}"'):
        files = folder(DAY, **models("a", config=f"{{freshness: {above}}}"))
        assert check(files, select="SA407") == []
    unused = folder(DAY, **{"models/other/x.sql": "select 1"})
    assert check(unused, select="SA407") == []


def test_parts_of_a_source(check: Check) -> None:
    both = "{warn_after: {count: 1, period: day}, error_after: {count: 2, period: day}}"

    def source(table: str) -> dict[str, str]:
        return {
            "models/s.yml": f"sources:\n  - name: raw\n    config: {{freshness: {both}}}\n"
            f"    tables: [{{name: t, config: {{freshness: {table}}}}}]\n"
        }

    assert check(source("{warn_after: {count: 1, period: hour}}"), select="SA407") == []
    assert only(check(source(both), select="SA407")).message.startswith("this is never in force")
    assert check(source("null"), select="SA407") == []


def test_updates_on_is_lost(check: Check) -> None:
    every = "{build_after: {count: 1, period: day, updates_on: all}}"
    files = folder(
        every, **models("a", config=f"{{freshness: {HOUR}}}"), **{"models/marts/b.sql": "select 1"}
    )
    finding = only(check(files))
    assert (finding.code, finding.severity) == ("SA408", "info")
    assert finding.message == (
        "this replaces the `build_after` from dbt_project.yml:7 as a whole, so its `updates_on: all` is lost"
    )
    assert finding.hint == "write `updates_on: all` here too"
    (fix,) = finding.fixes
    assert not fix.safe
    after = fixed(files, fix)
    assert "{build_after: {count: 1, period: hour, updates_on: all}}" in after["models/marts/s.yml"]
    assert check(after) == []


def test_one_block_is_told_once(check: Check) -> None:
    every = "{build_after: {count: 1, period: day, updates_on: all}}"
    files = {
        "dbt_project.yml": f"{PROJECT}models:\n  +freshness: {every}\n  shop:\n    marts: {{+freshness: {HOUR}}}\n",
        **models("a", "b", "c"),
        "models/d.sql": "select 1",
    }
    assert marked(only(check(files, select="SA408")), files) == f"+freshness: {HOUR}"


def test_nothing_is_lost(check: Check) -> None:
    for above in (
        "{build_after: {count: 1, period: hour, updates_on: any}}",
        "{build_after: {count: 1, period: hour, updates_on: all}}",
        "null",
        "{}",
    ):
        every = "{build_after: {count: 1, period: day, updates_on: all}}"
        assert check(folder(every, **models("a", config=f"{{freshness: {above}}}")), select="SA408") == []
    assert check(folder(DAY, **models("a", config=f"{{freshness: {HOUR}}}")), select="SA408") == []


def test_keys_of_state_are_lost(check: Check) -> None:
    files = {
        "dbt_project.yml": f"{PROJECT}models:\n  +state: {{lag_tolerance: 1 day, require_fresh_data_from: any}}\n",
        **models("a", config="{state: {require_fresh_data_from: all}}"),
        "models/b.sql": "select 1",
    }
    finding = only(check(files, select="SA408"))
    assert finding.severity == "warning"
    assert finding.message.endswith("so its `lag_tolerance: {count: 1, period: day}` is lost")
    assert finding.notes == ("later releases of dbt v2 are said to merge `state` key by key",)


def test_a_source_hides_the_projects_thresholds(check: Check) -> None:
    warn, error = "warn_after: {count: 1, period: day}", "error_after: {count: 2, period: day}"
    files = {
        "dbt_project.yml": f"{PROJECT}sources:\n  +freshness: {{{warn}, {error}}}\n",
        "models/s.yml": f"sources:\n  - name: raw\n    config: {{freshness: {{{warn}}}}}\n"
        "    tables: [{name: t}]\n  - name: other\n    tables: [{name: t}]\n",
    }
    for engine in ENGINES:
        finding = only(check(files, engine, "SA408"))
        assert finding.message == (
            "this replaces the `freshness` from dbt_project.yml:5 as a whole, "
            "so its `error_after: {count: 2, period: day}` is lost"
        )
    switched_off = {**files, "models/s.yml": files["models/s.yml"].replace(f"{{{warn}}}", "null", 1)}
    assert check(switched_off, select="SA408") == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("nothing", ["null", "{}"])
def test_a_threshold_that_is_switched_off_by_name_is_not_lost(
    check: Check, engine: str, nothing: str
) -> None:
    day = "{count: 1, period: day}"
    above = f"{{warn_after: {day}, error_after: {day}}}"
    files = source(above, f"{{freshness: {{warn_after: {nothing}, error_after: {day}}}}}")
    files["dbt_project.yml"] = f"{PROJECT}sources:\n  shop:\n    +freshness: {{error_after: {day}}}\n"
    assert check(files, engine, "SA408") == []
