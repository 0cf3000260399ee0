"""``render_value`` and ``evaluate``: values and their types, as observed from dbt v2 and dbt Core."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from stateaware.syntax.jinja import (
    EvaluationError,
    JinjaContext,
    JinjaError,
    JinjaSyntaxError,
    MacroSource,
    MissingEnvVar,
    MissingVar,
    RaisedError,
    SecretEnvVar,
    UndefinedName,
    UnknownFilter,
    UnknownFunction,
    evaluate,
    render_value,
)

CASES = Path(__file__).parents[2] / "conformance" / "cases"
FAILS = "fails"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)
VARS: dict[str, object] = {
    "a": 7, "b": "7", "c": "{{ 1 + 1 }}", "d": [1, "x"], "e": True, "f": {"g": 3},
}  # fmt: skip
MACROS = {
    "mm": "{% macro mm() %}{{ return(3) }}{% endmacro %}",
    "mt": "{% macro mt() %} 3 {% endmacro %}",
    "mm2": "{% macro mm2(x) %}{% if x > 2 %}{% do return([x]) %}{% endif %}no{% endmacro %}",
}


def context(dialect: Literal["fusion", "core"], **changes: Any) -> JinjaContext:
    macros = {name: MacroSource(name, "proj", text) for name, text in MACROS.items()}
    macros |= {f"proj.{name}": macro for name, macro in macros.items()}
    settings: dict[str, Any] = {
        "place": "properties", "vars": VARS, "env": {"F": "12"}, "target": {"name": "dev", "schema": "main"},
        "now": NOW, "macros": macros, "package": "proj",
    }  # fmt: skip
    return JinjaContext(dialect=dialect, **(settings | changes))


SAME = [
    ("x{{ true }}", "xTrue"),
    ("x{{ none }}", "xNone"),
    ("x{{ 4.0 }}", "x4.0"),
    ("x{{ 1e3 }}", "x1000.0"),
    ("x{{ [1,'a',none,true,{'b':1.5}] }}", "x[1, 'a', None, True, {'b': 1.5}]"),
    ("x{{ nosuch }}", "x"),
    ("{{ {'a': {'b': 1}} }}", "{'a': {'b': 1}}"),
    ("{{ var('a') }}", 7),
    ("{{ var('b') }}", "7"),
    ("{{ var('c') }}", "2"),
    ("{{ var('d') }}", [1, "x"]),
    ("{{ var('e') }}", True),
    ("{{ var('f').g }}", 3),
    ("{{ var('n', none) }}", None),
    ("{{ var('n', default=5) }}", 5),
    ("{{ var.has_var('a') }}", True),
    ("{{ env_var('E', 5) }}", 5),
    ("{{ env_var('F') }}", "12"),
    ("{{ env_var('F') | int + 1 }}", 13),
    ("{{ env_var('F') | as_number }}", 12),
    ("{{ target.name }}", "dev"),
    ("{{ target['name'] }}", "dev"),
    ("{{ target.get('name') }}", "dev"),
    ("{{ modules.datetime.datetime(2020,1,2).strftime('%Y') }}", "2020"),
    ("{{ modules.datetime.timedelta(days=2).days }}", 2),
    ("{{ modules.re.match('a', 'ab') is not none }}", True),
    ("{{ range(3) | list }}", [0, 1, 2]),
    ("{{ fromjson('{\"a\": 1}') }}", {"a": 1}),
    ("{{ fromyaml('a: 1') }}", {"a": 1}),
    ("{{ tojson([1]) }}", "[1]"),
    ("{{ set([1]) }}", [1]),
    ("{{ zip([1],[2]) | list }}", [[1, 2]]),
    ("{{ dict(a=1) }}", {"a": 1}),
    ("{{ log('x') }}", ""),
    ("{{- 4 -}}", "4"),
    ("{% set x = 4 %}{{ x }}{{ x }}", "44"),
    ("{{ 'a' if var('a') in [7] else 'b' }}", "a"),
    ("{{ 1 if nosuch else var('a') }}", 7),
    ("{{ var('b') ~ 1 }}", "71"),
    ("{{ -7 // 2 ~ '' }}", "-4"),
    ("{{ -7 % 4 ~ '' }}", "1"),
]
DIFFERENT = [
    ("{{ 4 }}", 4, "4"),
    ("{{ 4 }} ", "4 ", "4 "),
    (" {{ 4 }}", " 4", " 4"),
    ("{{4}}", 4, "4"),
    ("{{ none }}", None, "None"),
    ("{{ None }}", None, "None"),
    ("{{ true }}", True, "True"),
    ("{{ '4' }}", "4", "4"),
    ("{{ 8 / 2 }}", 4.0, "4.0"),
    ("{{ 7 // 2 }}", 3, "3"),
    ("{{ 2 ** 3 }}", 8, "8"),
    ("{{ [1,'a'] }}", [1, "a"], "[1, 'a']"),
    ("{{ {'a': 1} }}", {"a": 1}, "{'a': 1}"),
    ("{{ {'a': {'b': 1} } }}", {"a": {"b": 1}}, "{'a': {'b': 1}}"),
    ("{{ '4' | int }}", 4, "4"),
    ("{{ '4' | as_number }}", 4, 4),
    ("{{ '4.5' | as_number }}", "4.5", 4.5),
    ("{{ 'true' | as_bool }}", True, FAILS),
    ("{{ '[1]' | as_native }}", "[1]", [1]),
    ("{{ 4 | as_text }}", "4", "4"),
    ("{{ 1 if true }}", 1, "1"),
    ("{{ nosuch | default(3) }}", 3, 3),
    ("{{ nosuch is defined }}", False, False),
    ("{{ nosuch }}", None, FAILS),
    ("{{ nosuch.foo }}", None, FAILS),
    ("{{ 1 if false }}", None, FAILS),
    ("{{ [1][5] }}", None, FAILS),
    ("{{ {'a':1}['b'] }}", None, FAILS),
    ("{{ none.foo }}", None, FAILS),
    ("{{ 1 / 0 }}", None, FAILS),
    ("{{ nosuch + 1 }}", None, FAILS),
    ("{{ mm() }}", 3, FAILS),
    ("{{ proj.mm() }}", 3, FAILS),
    ("{{ mt() }}", " 3 ", FAILS),
    ("{{ mm2(3) }}", [3], FAILS),
    ("{{ execute }}", False, FAILS),
    ("{{ return(3) }}", "", FAILS),
    ("{{ fromyaml('a: yes') }}", {"a": "yes"}, {"a": True}),
    ("{{ ''.__class__ }}", None, FAILS),
    ("{{ 1 }}{{ 2 }}", "12", "12"),
    ("{% if true %}4{% endif %}", "4", "4"),
    ("{# 4 #}4", "4", "4"),
    ("{{ env_var('F') }}{# x #}", "12", "12"),
]


def rendered(text: str, given: JinjaContext) -> object:
    try:
        return render_value(text, given)
    except JinjaError:
        return FAILS


@pytest.mark.parametrize("dialect", ["fusion", "core"])
@pytest.mark.parametrize(("text", "value"), SAME)
def test_texts_that_every_dbt_reads_alike(
    dialect: Literal["fusion", "core"], text: str, value: object
) -> None:
    found = rendered(text, context(dialect))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("text", "fusion", "core"), DIFFERENT)
def test_texts_that_the_engines_read_differently(text: str, fusion: object, core: object) -> None:
    for dialect, value in (("fusion", fusion), ("core", core)):
        found = rendered(text, context(dialect))  # type: ignore[arg-type]  # a literal of the two names
        assert (found, type(found)) == (value, type(value)), dialect


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{{ var('zz') }}", MissingVar, "the variable `zz` is not set and has no default"),
        ("{{ env_var('ZZ') }}", MissingEnvVar, "the environment variable `ZZ` is not set and has no default"),
        (
            "{{ env_var('DBT_ENV_SECRET_X', 'q') }}",
            SecretEnvVar,
            "`DBT_ENV_SECRET_X` is a secret, which dbt reads in profiles.yml and packages.yml only",
        ),
        ("{{ nosuch() }}", UnknownFunction, "there is no function or macro `nosuch`"),
        ("{{ ref('a') }}", UnknownFunction, "there is no function or macro `ref`"),
        ("{{ 'x'.nosuch() }}", UnknownFunction, "there is no function or macro `nosuch`"),
        ("{{ var('b') + 1 }}", EvaluationError, 'can only concatenate str (not "int") to str'),
        ("{{ target() }}", EvaluationError, "a value of type Target is no function"),
        ("{{ 4 | nosuchfilter }}", UnknownFilter, "there is no filter `nosuchfilter`"),
        ("{{ 4 is nosuchtest }}", UnknownFilter, "there is no test `nosuchtest`"),
        ("{{ 1 + }}", JinjaSyntaxError, None),
        ("{% if x %}", JinjaSyntaxError, None),
        ("{% include 'x' %}", JinjaSyntaxError, "dbt cannot use `include`"),
    ],
)
def test_errors(text: str, error: type[JinjaError], message: str | None) -> None:
    with pytest.raises(error) as caught:
        render_value(text, context("fusion"))
    assert type(caught.value) is error
    if message is not None:
        assert str(caught.value) == message


def test_a_project_that_gives_up() -> None:
    with pytest.raises(RaisedError, match="boo 7"):
        render_value("{{ exceptions.raise_compiler_error('boo ' ~ var('a')) }}", context("fusion"))
    with pytest.raises(UndefinedName):
        render_value("{{ exceptions.raise_compiler_error('boo') }}", context("core"))


def test_a_secret_never_appears() -> None:
    given = context("fusion", place="sql", env={"DBT_ENV_SECRET_X": "hidden"})
    for source in (
        "env_var('DBT_ENV_SECRET_X')",
        "env_var('DBT_ENV_SECRET_X', 'q')",
        "env_var('DBT_ENV_SECRET' ~ '_X')",
    ):
        with pytest.raises(SecretEnvVar) as caught:
            evaluate(source, given)
        assert "hidden" not in str(caught.value)
    assert given.env_read == {}


# -- the recorded cases ------------------------------------------------------------------------------

SCALARS = sorted(
    path.name
    for path in CASES.glob("jinja_*")
    if path.name.startswith(("jinja_project", "jinja_yaml")) and path.name != "jinja_project_whole_ba"
)


def written_values(case: Path) -> dict[str, Any]:
    """``build_after`` (or what stands in its place) as written in the case."""
    properties = case / "project/models/s.yml"
    if properties.exists():
        document = yaml.safe_load(properties.read_text("utf-8"))
        found = document["models"][0]["config"]["freshness"]
    else:
        tree = yaml.safe_load((case / "project/dbt_project.yml").read_text("utf-8"))["models"]
        found = tree.get("proj", tree)["+freshness"]
    return {"freshness": found} if isinstance(found, str) else {"build_after": found["build_after"]}


def case_context(case: Path, dialect: Literal["fusion", "core"]) -> JinjaContext:
    inputs = yaml.safe_load((case / "case.yaml").read_text("utf-8"))
    project = yaml.safe_load((case / "project/dbt_project.yml").read_text("utf-8"))
    args = inputs.get("args", [])
    in_properties = (case / "project/models/s.yml").exists()
    given = yaml.safe_load(args[args.index("--vars") + 1]) if "--vars" in args else {}
    macro = case / "project/macros/m.sql"
    macros = {"my_count": MacroSource("my_count", "proj", macro.read_text("utf-8"))} if macro.exists() else {}
    return JinjaContext(
        dialect=dialect,
        place="properties" if in_properties else "project",
        vars=(project.get("vars", {}) if in_properties else {}) | given,
        env=inputs.get("env", {}),
        target={"name": args[args.index("--target") + 1] if "--target" in args else "dev"},
        macros=macros,
        package="proj",
        now=NOW,
    )


@pytest.mark.parametrize("name", SCALARS)
def test_recorded_cases_of_dbt_v2(name: str) -> None:
    """The value has the type that dbt v2 accepts or complains of, and fails where it fails."""
    case = CASES / name
    recorded = yaml.safe_load((case / "expected.yaml").read_text("utf-8"))
    run = next(run for run in recorded["runs"] if run["engine"] == "v2")
    node = run.get("nodes", {}).get("model.proj.a", {})
    stored = (node.get("config", {}).get("freshness") or {}).get("build_after")
    errors = " ".join(error["message"] for error in run["errors"])
    given = case_context(case, "fusion")
    for key, written in written_values(case).items():
        if isinstance(written, dict):
            values = {
                part: rendered(text, given) if isinstance(text, str) else text
                for part, text in written.items()
            }
        else:
            values = rendered(written, given)
        if stored is not None:
            assert values == {part: stored[part] for part in values}, name
        elif "JinjaError" in {error["category"] for error in run["errors"]}:
            assert values["count"] == FAILS
        elif "invalid type: string" in errors:
            shown = values["count"] if key == "build_after" else values
            assert f'invalid type: string "{shown}"' in errors
        elif "floating point" in errors:
            assert f"floating point `{values['count']}`" in errors
        else:
            assert "count: None" in errors
            assert values["count"] is None
