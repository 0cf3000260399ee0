"""SA511: values that come from the clock."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from unit.rules.projects import found_in, marked

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
WEEKDAY = "48 if modules.datetime.datetime.today().weekday() == 0 else 4"
MESSAGE = "this value depends on the clock, which dbt reads when it parses the project"


def properties(value: str) -> dict[str, str]:
    config = f"    config:\n      freshness:\n        build_after:\n          count: {value}\n          period: hour\n"
    return {"models/_m.yml": f"models:\n  - name: a\n{config}", "models/a.sql": "select 1"}


@pytest.mark.parametrize(
    ("engine", "severity"), [("documented", "info"), ("fusion", "info"), ("core", "warning")]
)
def test_in_properties(tmp_path: Path, engine: str, severity: str) -> None:
    files = properties(f'"{{{{ {WEEKDAY} }}}}"')
    (finding,) = found_in(tmp_path, files, "SA511", engine, now=NOW)
    assert finding.severity == severity
    assert finding.message == MESSAGE
    assert finding.node == "model.shop.a"
    assert marked(finding, files) == f'"{{{{ {WEEKDAY} }}}}"'
    assert bool(finding.notes) is (engine != "fusion")


def test_in_the_project_file(tmp_path: Path) -> None:
    tree = f'name: shop\nmodels:\n  shop:\n    +freshness:\n      build_after: {{count: "{{{{ {WEEKDAY} }}}}", period: hour}}\n'
    files = {"dbt_project.yml": tree, "models/a.sql": "select 1"}
    (finding,) = found_in(tmp_path, files, "SA511", now=NOW)
    assert marked(finding, files) == f'"{{{{ {WEEKDAY} }}}}"'


def test_in_a_config_call(tmp_path: Path) -> None:
    sql = f"{{{{ config(freshness={{'build_after': {{'count': {WEEKDAY}, 'period': 'hour'}}}}) }}}} select 1"
    files = {"models/a.sql": sql}
    (finding,) = found_in(tmp_path, files, "SA511", now=NOW)
    assert marked(finding, files) == WEEKDAY


@pytest.mark.parametrize("value", [WEEKDAY, "4 if run_started_at.hour < 6 else 5"])
def test_through_a_variable_of_the_file(tmp_path: Path, value: str) -> None:
    config = "{{ config(freshness={'build_after': {'count': n, 'period': 'hour'}}) }}"
    files = {"models/a.sql": f"{{% set n = {value} %}}\n{config} select 1"}
    (finding,) = found_in(tmp_path, files, "SA511", now=NOW)
    assert finding.place.span is not None
    assert finding.place.span.line == 2


def test_the_clock_elsewhere_in_the_file(tmp_path: Path) -> None:
    config = "{% set n = 4 %}{{ config(freshness={'build_after': {'count': n, 'period': 'hour'}}) }}"
    files = {"models/a.sql": f"{config} select '{{{{ run_started_at }}}}'"}
    assert found_in(tmp_path, files, "SA511", now=NOW) == []


def test_through_a_macro(tmp_path: Path) -> None:
    files = properties('"{{ hours() }}"')
    files["macros/hours.sql"] = f"{{% macro hours() %}}{{{{ return({WEEKDAY}) }}}}{{% endmacro %}}"
    (finding,) = found_in(tmp_path, files, "SA511", "fusion", now=NOW)
    assert marked(finding, files) == '"{{ hours() }}"'


def test_of_a_source(tmp_path: Path) -> None:
    text = "sources:\n  - name: raw\n    config:\n      freshness:\n        filter: \"t > '{{ run_started_at }}'\"\n    tables: [{name: a}]\n"
    files = {"models/_s.yml": text}
    (finding,) = found_in(tmp_path, files, "SA511", now=NOW)
    assert marked(finding, files) == "\"t > '{{ run_started_at }}'\""


@pytest.mark.parametrize(
    "value",
    [
        "4",
        '"{{ 2 * 2 }}"',
        "\"{{ var('n', 4) }}\"",
        "\"{{ env_var('N', '4') | int }}\"",
        '"{{ modules.datetime.timedelta(hours=4).seconds // 3600 }}"',
    ],
)
def test_silent(tmp_path: Path, value: str) -> None:
    assert found_in(tmp_path, properties(value), "SA511", now=NOW) == []


def test_a_query_is_rendered_when_it_runs(tmp_path: Path) -> None:
    text = "sources:\n  - name: raw\n    config: {loaded_at_query: \"select '{{ run_started_at }}'\"}\n    tables: [{name: a}]\n"
    assert found_in(tmp_path, {"models/_s.yml": text}, "SA511", now=NOW) == []


def test_packages_are_left_alone(tmp_path: Path) -> None:
    files = {f"dbt_packages/dep/{name}": text for name, text in properties(f'"{{{{ {WEEKDAY} }}}}"').items()}
    files["dbt_packages/dep/dbt_project.yml"] = "name: dep\n"
    assert found_in(tmp_path, files, "SA511", now=NOW) == []
