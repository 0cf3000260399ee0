"""``render_model``: which ``config()`` calls run, with what, and what stays open."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from stateaware.syntax.jinja import (
    ExecutedConfig,
    InvalidConfigCall,
    JinjaContext,
    JinjaSyntaxError,
    MacroSource,
    RenderedModel,
    UndefinedName,
    UnknownFunction,
    render_model,
)
from stateaware.syntax.sql import scan_sql
from stateaware.syntax.tree import Unknown

CASES = Path(__file__).parents[2] / "conformance" / "cases"
MACROS = """
{% macro mm(a) %}{{ return([a, varargs, kwargs]) }}{% endmacro %}
{% macro outer() %}{{ return(inner() + 1) }}{% endmacro %}
{% macro inner() %}{{ return(1) }}{% endmacro %}
{% macro cond(x) %}{% if x %}{{ config(freshness=x) }}{% endif %}{% endmacro %}
{% macro wrap() %}x{{ caller(1) }}y{% endmacro %}
{% macro text() %}{'build_after': {'count': 1}}{% endmacro %}
{% macro typed(a: string, b: list[int] = []) %}{{ return(a ~ b) }}{% endmacro %}
{% macro default__pick() %}{{ return('default') }}{% endmacro %}
{% macro duckdb__pick() %}{{ return('duckdb') }}{% endmacro %}
{% macro loops() %}{{ loops() }}{% endmacro %}
"""


def macros(text: str = MACROS, package: str = "proj") -> dict[str, MacroSource]:
    found: dict[str, MacroSource] = {}
    for macro in scan_sql(text).macros:
        source = MacroSource(macro.name, package, macro.source)
        found[macro.name] = found[f"{package}.{macro.name}"] = source
    return found


def render(text: str, dialect: Literal["fusion", "core"] = "fusion", **changes: Any) -> RenderedModel:
    settings: dict[str, Any] = {"target": {"name": "dev"}, "macros": macros(), "package": "proj"}
    return render_model(text, JinjaContext(dialect=dialect, place="sql", **(settings | changes)))


def value_of(expression: str, before: str = "", **changes: Any) -> object:
    model = render(f"{before}{{{{ config(meta={expression}) }}}}", **changes)
    assert (model.problem, model.unknown) == (None, None)
    return model.configs[-1].arguments["meta"]


@pytest.mark.parametrize("dialect", ["fusion", "core"])
@pytest.mark.parametrize(
    ("before", "expression", "value"),
    [
        ("{% set x = 4 %}", "x", 4),
        ("{% set x %} 4 {% endset %}", "[x, x | trim | int]", [" 4 ", 4]),
        ("{% set x | upper %}a{% endset %}", "x", "A"),
        ("{% set a, b = 1, 2 %}", "[a, b]", [1, 2]),
        ("{% if true %}{% set z = 3 %}{% endif %}", "z", 3),
        ("{% set n = 1 %}{% if false %}{% set n = 5 %}{% else %}{% endif %}", "n", 1),
        (
            "{% set xs = [] %}{% for x in [1, 2] %}{% do xs.append(x) %}{% set y = x %}{% endfor %}",
            "[xs, y is defined]",
            [[1, 2], False],
        ),
        (
            "{% set ns = namespace(n=0) %}{% for x in [1, 2] if x > 1 %}{% set ns.n = ns.n + loop.index %}{% endfor %}",
            "ns.n",
            1,
        ),
        (
            (
                "{% set xs = [] %}{% for x in 'abcd' %}{% if x == 'b' %}{% continue %}{% elif x == 'd' %}{% break %}"
                "{% endif %}{% do xs.append(loop.index0 ~ x ~ loop.last) %}{% endfor %}"
            ),
            "xs",
            ["0aFalse", "2cFalse"],
        ),
        (
            "{% set xs = [] %}{% for x in [] %}{% else %}{% do xs.append('none') %}{% endfor %}",
            "xs",
            ["none"],
        ),
        (
            "{% set xs = [] %}{% for k, v in {'a': 1}.items() %}{% do xs.append([k, v, loop.length]) %}{% endfor %}",
            "xs",
            [["a", 1, 1]],
        ),
        ("{% macro m(a, b=2) %}{{ return(a + b) }}{% endmacro %}", "[m(1), m(1, b=5)]", [3, 6]),
        ("{% macro m(a) %}{{ a }}!{% endmacro %}", "m('x')", "x!"),
        ("{% set q %}{% call(x) wrap() %}z{{ x }}{% endcall %}{% endset %}", "q", "xz1y"),
        ("", "mm(1, 2, z=3)", [1, [2], {"z": 3}]),
        ("", "[outer(), proj.outer()]", [2, 2]),
        ("", "typed('a', b=[1])", "a[1]"),
        ("", "text()", "{'build_after': {'count': 1}}"),
        ("{% with a = 3 %}{% set b = a %}", "a", 3),
        ("{% set c = {'a': 1} %}{% do c.update({'b': 2}) %}", "c", {"a": 1, "b": 2}),
        ("{% set d %}{% filter upper %}a{{ 'b' }}{% endfilter %}{% endset %}", "d", "AB"),
        (
            (
                "{% set xs = [1, [2, [3]]] %}{% set out %}{% for x in xs recursive %}"
                "{{ loop(x) if x is iterable else x }}{% endfor %}{% endset %}"
            ),
            "out",
            "123",
        ),
        ("{% raw %}{{ nosuch() }}{% endraw %}{# {{ #}", "1", 1),
        (
            "{% snapshot s %}{% endsnapshot %}",
            "1",
            1,
        ),
    ],
)
def test_statements(before: str, expression: str, value: object, dialect: Literal["fusion", "core"]) -> None:
    after = "{% endwith %}" if before.startswith("{% with") else ""
    model = render(f"{before}{{{{ config(meta={expression}) }}}}{after}", dialect)
    assert (model.problem, model.unknown) == (None, None)
    assert model.configs[-1].arguments == {"meta": value}


def test_calls_in_order_with_their_lines() -> None:
    text = (
        "{{ config(alias='a') }}\n"
        "{% if target.name == 'dev' %}\n"
        "  {{\n    config(freshness=none,\n           meta=1) }}\n"
        "{% else %}{{ config(alias='b') }}{% endif %}\n"
        "{{ cond(4) }}{{ cond(0) }}\n"
        "{% do config({'schema': 'x'}) %}"
    )
    assert render(text) == RenderedModel(
        configs=(
            ExecutedConfig({"alias": "a"}, 1),
            ExecutedConfig({"freshness": None, "meta": 1}, 4),
            ExecutedConfig({"freshness": 4}, 7),
            ExecutedConfig({"schema": "x"}, 8),
        )
    )


def test_refs_and_sources() -> None:
    text = (
        "{% set m = 'a' %}{{ ref(m) }} {{ ref('p', 'b', v=2) }} {{ source('s', 't') }}{{ ref('a') }}"
        "{% if is_incremental() %}{{ ref('never') }}{% endif %}{{ ref(this.name) }}"
    )
    model = render(text)
    assert model.refs == ((None, "a", None), ("p", "b", 2))
    assert model.sources == (("s", "t"),)


@pytest.mark.parametrize(
    ("text", "fusion", "core"),
    [
        ("{{ config({'a': 1}, a=2, b=3) }}", {"a": 1, "b": 3}, InvalidConfigCall),
        ("{{ config({'a': 1}, {'b': 1}) }}", {}, InvalidConfigCall),
        ("{{ config('x') }}", InvalidConfigCall, InvalidConfigCall),
        ("{{ config(nosuch) }}", InvalidConfigCall, InvalidConfigCall),
        ("{{ config(a=nosuch) }}", UndefinedName, UndefinedName),
        ("{{ config(a=[nosuch]) }}", {"a": [None]}, UndefinedName),
        ("{{ config(a=1, a=2) }}", {"a": 2}, JinjaSyntaxError),
        ("{{ config(a=nosuch_macro()) }}", UnknownFunction, UndefinedName),
        ("{{ config(*[{'a': 1}]) }}", {"a": 1}, {"a": 1}),
        ("{{ config(**{'a': 1}) }}", {"a": 1}, {"a": 1}),
        ("{{ config(a=1 }}", JinjaSyntaxError, JinjaSyntaxError),
        ("{{ return(3) }}{{ config(a=1) }}", None, Exception),
        ("{% for x in none %}{% endfor %}{{ config(a=1) }}", {"a": 1}, Exception),
    ],
)
def test_config_calls_that_the_engines_take_differently(text: str, fusion: Any, core: Any) -> None:
    for dialect, expected in (("fusion", fusion), ("core", core)):
        model = render(text, dialect)  # type: ignore[arg-type]  # a literal of the two names
        if isinstance(expected, type):
            assert isinstance(model.problem, expected), dialect
            assert model.configs == ()
        else:
            assert [call.arguments for call in model.configs] == ([] if expected is None else [expected])
            assert (model.problem, model.unknown) == (None, None)


def test_a_value_that_hangs_on_the_target() -> None:
    text = (
        "{% set n = 1 if target.name == 'prod' else 24 %}\n"
        "{{ config(freshness={'build_after': {'count': n, 'period': 'hour'}}, alias='a') }}"
    )
    count = Unknown("target.name is not known", (1, 24))
    assert render(text, target={}) == RenderedModel(
        configs=(
            ExecutedConfig(
                {"freshness": {"build_after": {"count": count, "period": "hour"}}, "alias": "a"}, 2
            ),
        )
    )


def test_a_call_that_hangs_on_the_target() -> None:
    text = "{{ config(alias='a') }}{% if target.name == 'prod' %}{{ config(freshness={}) }}{% endif %}"
    assert render(text, target={}) == RenderedModel(
        configs=(ExecutedConfig({"alias": "a"}, 1),), unknown=Unknown("target.name is not known")
    )


def test_branches_that_set_the_same_are_no_question() -> None:
    text = (
        "{% if target.name == 'x' %}{% set n = 1 %}{% else %}{% set n = 1 %}{% endif %}{{ config(meta=n) }}"
    )
    assert render(text, target={}) == RenderedModel(configs=(ExecutedConfig({"meta": 1}, 1),))


def test_undecided_branches_without_calls_are_passed_over() -> None:
    branches = "".join(f"{{% if target.x{n} %}}{{{{ ref('a') }}}}{{% endif %}}" for n in range(30))
    text = f"{branches}{{% for r in this.columns %}}{{{{ r.x }}}}{{% endfor %}}{{{{ config(meta=1) }}}}"
    assert render(text).configs == (ExecutedConfig({"meta": 1}, 1),)
    assert render(text).unknown is None


def test_a_loop_over_the_unknown() -> None:
    text = "{{ config(alias='a') }}{% for r in this.columns %}{{ config(meta=r) }}{% endfor %}{{ config(alias='b') }}"
    reason = "where this model is built is not known here"
    assert render(text) == RenderedModel(
        configs=(ExecutedConfig({"alias": "a"}, 1),), unknown=Unknown(reason), unsettled=True
    )


def test_an_unknown_macro_around_a_config_call() -> None:
    text = "{% call snowflake__wrap() %}{{ config(meta=1) }}{% endcall %}"
    assert render(text).unknown == Unknown("what dbt's own macro `snowflake__wrap` gives is not known here")


def test_queries_give_null_while_dbt_parses() -> None:
    before = (
        "{% set x = run_query('select 1') %}{% for r in x.rows %}{{ config(meta=2) }}{% endfor %}"
        "{% if execute %}{{ config(meta=3) }}{% endif %}"
        "{% call statement('s', fetch_result=True) %}select 1{% endcall %}{% set v = x.columns[0].values()[0] %}"
    )
    assert render(before + "{{ config(meta=[v, x, x is none]) }}").configs == (
        ExecutedConfig({"meta": [None, None, False]}, 1),
    )


def test_what_relations_and_columns_are_while_dbt_parses() -> None:
    before = "{% set r = ref('a') %}{% set c = adapter.get_columns_in_relation(r) %}{% for x in c %}{{ oops }}{% endfor %}"
    expression = (
        "[r is mapping, r is none, r.is_cte, r.get('metadata', {}).get('type', '').endswith('Relation'), c]"
    )
    assert value_of(expression, before) == [True, False, False, True, []]
    assert value_of("get_columns_in_relation(this)") == []


def test_a_macro_that_its_package_lacks() -> None:
    reason = Unknown("the package `proj` has no macro `nosuch` here")
    assert render("{{ config(meta=proj.nosuch(1)) }}").configs[0].arguments == {"meta": reason}


def test_dispatch() -> None:
    assert value_of("adapter.dispatch('pick')()", target={"type": "duckdb"}) == "duckdb"
    assert value_of("adapter.dispatch('pick', 'proj')()", target={"type": "postgres"}) == "default"
    assert render("{{ config(meta=adapter.dispatch('pick')()) }}").configs[0].arguments == {
        "meta": Unknown("which adapter's macro is called is not known here")
    }


def test_macros_of_packages() -> None:
    known = macros() | macros("{% macro p() %}{{ return(7) }}{% endmacro %}", "dep")
    assert value_of("dep.p()", macros=known) == 7


def test_problems_keep_their_line() -> None:
    model = render("select 1\n\n{{ nosuch() }}")
    assert isinstance(model.problem, UnknownFunction)
    assert model.problem.line == 3
    model = render("\n{% if %}")
    assert isinstance(model.problem, JinjaSyntaxError)
    assert model.problem.line == 2


# -- the recorded cases ------------------------------------------------------------------------------


def case_models() -> list[str]:
    return sorted(path.name for path in CASES.glob("sql_*")) + sorted(
        path.name for path in CASES.glob("jinja_sql_*")
    )


@pytest.mark.parametrize("engine", ["v2", "v1"])
@pytest.mark.parametrize("case", case_models())
def test_recorded_cases(case: str, engine: str) -> None:
    """Merged as the engine merges, the executed calls give the freshness that the engine stored."""
    folder = CASES / case
    recorded = yaml.safe_load((folder / "expected.yaml").read_text("utf-8"))
    run = next(run for run in recorded["runs"] if run["engine"] == engine)
    dialect: Literal["fusion", "core"] = "fusion" if engine == "v2" else "core"
    known: dict[str, MacroSource] = {}
    for path in folder.glob("project/macros/*.sql"):
        known |= macros(path.read_text("utf-8"))
    for path in sorted(folder.glob("project/models/*")):
        if path.suffix.lower() != ".sql":
            continue
        model = render(path.read_text("utf-8"), dialect, macros=known)
        node = (run.get("nodes") or {}).get(f"model.proj.{path.stem}")
        if node is None:
            continue
        assert (model.problem, model.unknown) == (None, None)
        given = [call.arguments["freshness"] for call in model.configs if "freshness" in call.arguments]
        if engine == "v2":
            given = [value for value in given if value is not None]
        value = given[-1] if given else None
        stored = node["config"]["freshness"]
        if isinstance(value, dict) and isinstance(value.get("build_after"), dict):
            for key, part in value["build_after"].items():
                assert stored["build_after"][key] == part
        elif isinstance(value, dict):
            assert stored == value
    if any(error["category"] in ("MacroSyntaxInvalid", "InlineModelConfigError") for error in run["errors"]):
        texts = [path.read_text("utf-8") for path in folder.glob("project/models/*.sql")]
        assert any(render(text, dialect, macros=known).problem for text in texts)
