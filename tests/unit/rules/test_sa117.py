"""SA117: Jinja that fails, and Jinja in values of other rules."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import marked
from unit.rules.yaml_files import model, source, sql, state, tree


def block(count: str) -> str:
    return f"{{build_after: {{count: {count}, period: hour}}}}"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_variable_without_default(check: Check, engine: str) -> None:
    files = model(block("\"{{ var('hours') }}\""))
    finding = only(check(files, engine))
    assert (finding.code, finding.severity) == ("SA117", "error")
    assert finding.message == (
        "the Jinja of count cannot be rendered: the variable `hours` is not set and has no default"
    )
    assert finding.hint == "give a default: `var('hours', 4)`"
    assert marked(finding, files) == "\"{{ var('hours') }}\""
    codes = {
        "documented": ("dbt1501", "CompilationError"),
        "fusion": ("dbt1501",),
        "core": ("CompilationError",),
    }
    assert finding.engine_codes == codes[engine]
    assert check(files, engine, vars={"hours": 4}) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_an_environment_variable_may_be_set_elsewhere(check: Check, engine: str) -> None:
    files = model(block("\"{{ env_var('NOT_SET_HERE') | int }}\""))
    assert check(files, engine, "SA117") == []
    assert check(files, engine, env={"NOT_SET_HERE": "4"}) == []


def test_project_macros_are_unknown_to_dbt_core_in_yaml(check: Check) -> None:
    files = model(
        block('"{{ my_count() }}"'), **{"macros/m.sql": "{% macro my_count() %}{{ return(4) }}{% endmacro %}"}
    )
    assert check(files, "fusion") == []
    assert only(check(files, "core")).engine_codes == ("CompilationError",)


def test_in_code_and_dbt_project(check: Check) -> None:
    files = sql("freshness=nosuch()")
    finding = only(check(files, "fusion", "SA117"))
    assert (marked(finding, files), finding.engine_codes) == ("nosuch()", ("dbt1501",))
    assert finding.notes == ("dbt v2 leaves the model out of its manifest (dbt1501)",)
    files = tree("+freshness: {build_after: {count: \"{{ var('x') }}\", period: day}}")
    assert only(check(files, "fusion", "SA117")).place.file == "dbt_project.yml"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "files",
    [
        model(block("\"{{ var('hours', 4) }}\"")),
        model(block("\"{{ 4 if target.name == 'prod' else 1 }}\"")),
        sql("freshness={'build_after': {'count': var('x', 2), 'period': 'day'}}"),
        source("{warn_after: {count: \"{{ var('x', 2) }}\", period: day}}"),
        state("{lag_tolerance: \"{{ var('lag', '1 day') }}\"}"),
    ],
)
def test_what_can_be_rendered_or_not_decided_passes(check: Check, files: dict[str, str], engine: str) -> None:
    assert [f for f in check(files, engine) if f.code[:3] in ("SA1", "SA3")] == []


@pytest.mark.parametrize(
    ("count", "gives", "hint"),
    [
        ("{{ env_var('N', '9') }}", "the text `9`", "add `| int`"),
        ("{{ 8 / 2 }}", "the fraction `4.0`", "add `| int`"),
        ("{{- 4 -}}", "the text `4`", "write `{{ … }}` alone, with nothing around it"),
        ("{{ 1 }}{{ 2 }}", "the text `12`", "write `{{ … }}` alone, with nothing around it"),
        ("{% if true %}4{% endif %}", "the text `4`", "write `{{ … }}` alone, with nothing around it"),
    ],
)
def test_counts_made_by_jinja(check: Check, count: str, gives: str, hint: str) -> None:
    finding = only(check(model(block(f'"{count}"')), "fusion"))
    assert finding.message == f"count must be a whole number; `{count}` gives {gives}"
    assert finding.hint == hint


def test_int_is_added(fix: Fixed) -> None:
    after = fix(model(block("\"{{ env_var('N', '9') }}\"")), "SA103")
    assert "count: \"{{ env_var('N', '9') | int }}\"" in after["models/s.yml"]
    after = fix(sql("freshness={'build_after': {'count': env_var('N', '9'), 'period': 'day'}}"), "SA103")
    assert "'count': env_var('N', '9') | int," in after["models/orders.sql"]


def test_text_in_config_is_not_rendered_again(check: Check) -> None:
    finding = only(check(sql("freshness={'build_after': {'count': '{{ 4 }}', 'period': 'day'}}")))
    assert finding.message == "count must be a whole number; `{{ 4 }}` is text"
    assert finding.hint == "text in config() is not rendered again: write the expression itself"


def test_words_made_by_jinja(check: Check) -> None:
    files = model("{build_after: {count: 4, period: \"{{ var('p', 'hours') }}\"}}")
    finding = only(check(files))
    assert finding.message == "period must be minute, hour or day; `{{ var('p', 'hours') }}` gives `hours`"
    assert finding.fixes == ()
    finding = only(check(model('{build_after: {count: 4, period: "{{ nosuch }}"}}'), "fusion", "SA101"))
    assert "no period (`{{ nosuch }}` gives nothing)" in finding.message


RAISES = """\
{% set wanted = {'build_after': {'count': 4, 'period': 'hour'}} %}
{{ config(freshness=wanted) }}
{{ FAIL }}
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("place", ["", "macro"])
def test_a_model_that_fails_after_its_config(check: Check, engine: str, place: str) -> None:
    fails = "exceptions.raise_compiler_error('not here')"
    files = {
        **model("{build_after: {count: 1, period: day}}"),
        "models/m.sql": RAISES.replace("FAIL", "fail()" if place else fails),
        "macros/fail.sql": f"\n\n\n\n\n{{% macro fail() %}}\n\n{{{{ {fails} }}}}{{% endmacro %}}",
    }
    finding = only(check(files, engine, "SA117"))
    assert finding.message == "the Jinja of this model cannot be rendered: not here"
    assert (finding.severity, finding.place.file) == ("error", "models/m.sql")
    assert finding.place.span is not None
    assert finding.place.span.line == 3
    codes = {
        "documented": ("dbt1501", "CompilationError"),
        "fusion": ("dbt1501",),
        "core": ("CompilationError",),
    }
    assert finding.engine_codes == codes[engine]


def test_a_macro_that_is_no_jinja_fails_where_it_is_called(check: Check) -> None:
    files = {
        "models/m.sql": "{{ fresh(minutes(2)) }}\nselect 1 as id\n",
        "macros/m.sql": "{% macro fresh(n) %}{{ config(freshness={'build_after': {'count': n, 'period': 'hour'}}) }}"
        "{% endmacro %}\n\n\n{% macro minutes(n=\n- \n  a: %}{% endmacro %}\n",
    }
    finding = only(check(files, "documented", "SA117"))
    assert finding.place.file == "models/m.sql"
    assert finding.place.span is not None
    assert finding.place.span.line == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_whose_failure_depends_on_the_surroundings_is_left_alone(check: Check, engine: str) -> None:
    raises = "exceptions.raise_compiler_error('no')"
    code = RAISES.replace("{{ FAIL }}", f"{{% if env_var('NOT_SET') %}}{{{{ {raises} }}}}{{% endif %}}")
    files = {**model("{build_after: {count: 1, period: day}}"), "models/m.sql": code}
    assert check(files, engine, "SA117") == []


def test_dbt_v2_may_go_on_with_what_is_undefined(check: Check) -> None:
    files = {"models/m.sql": "{% set n = [][0] + 1 %}\n" + RAISES.replace("FAIL", "n").replace("4", "n")}
    assert check(files, "fusion", "SA117") == []
    assert only(check(files, "core", "SA117")).place.file == "models/m.sql"


@pytest.mark.parametrize("code", ["{% set n = nosuch(1) + 1 %}", "{% set n = nosuch > 1 %}"])
def test_dbt_core_calls_what_is_undefined_in_code_a_macro(check: Check, code: str) -> None:
    finding = only(check({"models/m.sql": code + RAISES.replace("FAIL", "n")}, "core", "SA117"))
    assert finding.engine_codes == ("UndefinedMacroError",)
