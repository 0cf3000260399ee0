"""What cannot be known before dbt runs: never a guess, and where possible all that it can be."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from subprocess import run
from typing import Any

import pytest

from stateaware.syntax.jinja import JinjaContext, MissingEnvVar, evaluate, render_value
from stateaware.syntax.tree import Unknown

SATURDAY = datetime(2026, 11, 21, 23, 30, tzinfo=timezone.utc)


def sql(**changes: Any) -> JinjaContext:
    return JinjaContext(dialect="fusion", place="sql", now=SATURDAY, **changes)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("target.name", "target.name is not known"),
        ("target.name ~ '_x'", "target.name is not known"),
        ("target.name | upper", "target.name is not known"),
        ("[1, target.schema] | length", "target.schema is not known"),
        ("'%s' % target.schema", "target.schema is not known"),
        ("'{}'.format(target.schema)", "target.schema is not known"),
        ("', '.join(['a', target.schema])", "target.schema is not known"),
        ("this.schema", "where this model is built is not known here"),
        ("ref('a') ~ ''", "where ref('a') is built is not known here"),
        ("config.get('materialized')", "what config.get() gives is known after dbt's own merging"),
        (
            "adapter.get_relation('a', 'b', 'c')",
            "what adapter.get_relation() gives is known to the warehouse",
        ),
        ("flags.FULL_REFRESH", "flags.FULL_REFRESH depends on how dbt is called"),
        ("dbt_version", "dbt's version is not known here"),
        ("dbt_utils.star()", "no package `dbt_utils` is installed here"),
        ("dbt.type_string()", "what dbt's own macro `type_string` gives is not known here"),
        ("type_string()", "what dbt's own macro `type_string` gives is not known here"),
        ("duckdb__anything()", "what dbt's own macro `duckdb__anything` gives is not known here"),
        ("adapter.dispatch('m')()", "no macro `default__m` is known here"),
        ("'a' | random", "what the filter `random` gives is not computed here"),
        (
            "modules.itertools.chain([1])",
            "what modules.itertools gives is not known here",
        ),
        ("'a' < 1", "values of different types are compared"),
    ],
)
def test_unknown_values_run_through_everything(source: str, reason: str) -> None:
    assert evaluate(source, sql()) == Unknown(reason)


@pytest.mark.parametrize(
    ("source", "reason", "candidates"),
    [
        ("1 if target.name == 'prod' else 24", "target.name is not known", (1, 24)),
        ("1 if target.name == 'prod' else 1", None, 1),
        ("{'a': 1} if target.name == 'prod' else none", "target.name is not known", ({"a": 1}, None)),
        ("target.name == 'prod' and 4 or 5", "target.name is not known", (4, 5)),
        ("not target.name", "target.name is not known", ()),
        (
            "1 if target.name == 'a' else 2 if target.name == 'b' else 3",
            "target.name is not known",
            (1, 2, 3),
        ),
        ("1 if target.name else target.schema", "target.name is not known", ()),
        (
            "(1 if target.name == 'a' else 2) + (1 if target.name == 'a' else 2)",
            "target.name is not known",
            (2, 4),
        ),
        ("1 if 'x' in target.name else 2", "target.name is not known", (1, 2)),
        ("1 if target.name is string else 2", "target.name is not known", (1, 2)),
        ("1 if flags.FULL_REFRESH else 2", "flags.FULL_REFRESH depends on how dbt is called", (1, 2)),
        ("nosuch_function() if target.name == 'a' else 2", "target.name is not known", ()),
    ],
)
def test_conditions_on_unknown_values(source: str, reason: str | None, candidates: Any) -> None:
    expected = candidates if reason is None else Unknown(reason, candidates)
    assert evaluate(source, sql()) == expected


def test_what_differs_is_unknown_and_the_rest_is_not() -> None:
    source = "{'build_after': {'count': 1 if target.name == 'prod' else 24, 'period': 'hour'}}"
    count = Unknown("target.name is not known", (1, 24))
    assert evaluate(source, sql()) == {"build_after": {"count": count, "period": "hour"}}
    whole = "{'count': 1, 'period': 'day'} if target.name == 'prod' else {'count': 4, 'period': 'hour'}"
    candidates = ({"count": 1, "period": "day"}, {"count": 4, "period": "hour"})
    assert evaluate(whole, sql()) == Unknown("target.name is not known", candidates)
    assert evaluate("{'a': target.name, 'b': 1}", sql()) == {"a": Unknown("target.name is not known"), "b": 1}


def test_too_many_combinations_are_not_listed() -> None:
    source = " + ".join(f"(1 if target.a{n} else 2)" for n in range(6))
    assert evaluate(source, sql()) == Unknown("target.a0 is not known")


def test_an_environment_variable_that_is_not_set_here() -> None:
    source = "env_var('N') | int"
    with pytest.raises(MissingEnvVar):
        evaluate(source, sql())
    unknown = Unknown("the environment variable `N` is not set here")
    assert evaluate(source, sql(missing_env="unknown")) == unknown
    assert evaluate("env_var('N', '4') | int", sql(missing_env="unknown")) == 4


def test_what_dbt_itself_takes_for_null_while_it_parses() -> None:
    for source in (
        "run_query('select 1')",
        "run_query('select 1').columns[0].values()[0]",
        "load_result('x')",
    ):
        assert evaluate(source, sql()) is None
    assert evaluate("[execute, is_incremental()]", sql()) == [False, False]


def test_the_clock_is_an_input_and_its_use_is_noted() -> None:
    given = sql()
    assert evaluate("modules.datetime.datetime.today().weekday()", given) == 5
    assert given.used_clock
    for source, value in {
        "48 if modules.datetime.date.today().weekday() in (5, 6) else 4": 48,
        "modules.datetime.datetime.now(modules.pytz.timezone('Asia/Tokyo')).hour": 8,
        "run_started_at.astimezone(modules.pytz.timezone('America/New_York')).strftime('%H:%M')": "18:30",
        "(modules.datetime.datetime.utcnow() + modules.datetime.timedelta(hours=1)).day": 22,
        "modules.pytz.timezone('Europe/Berlin').localize(modules.datetime.datetime(2026, 7, 1)).isoformat()":
            "2026-07-01T00:00:00+02:00",
    }.items():  # fmt: skip
        assert evaluate(source, given) == value
    other = sql()
    assert evaluate("modules.datetime.datetime(2020, 1, 1).year", other) == 2020
    assert not other.used_clock
    assert (
        evaluate("modules.datetime.date.today().day", JinjaContext(now=SATURDAY + timedelta(hours=1))) == 22
    )


def test_a_time_zone_nobody_knows() -> None:
    unknown = Unknown("the time zone 'No/Where' is not known on this machine")
    assert evaluate("modules.pytz.timezone('No/Where')", sql()) == unknown


def test_what_was_read_is_noted() -> None:
    given = sql(vars={"n": 4, "x": {"y": 1}}, env={"E": "5", "F": "6"}, target={"name": "dev"})
    assert evaluate("[var('n'), var('m', 1), env_var('E'), env_var('G', '2'), target.name]", given) == [
        4,
        1,
        "5",
        "2",
        "dev",
    ]
    assert given.vars_read == {"n": 4, "m": None}
    assert given.env_read == {"E": "5", "G": None}
    assert given.reads.target_read == {"name"}


def test_variables_are_not_changed_by_templates() -> None:
    given = sql(vars={"xs": [1]})
    assert evaluate("var('xs').append(2)", given) is None
    assert evaluate("var('xs')", given) == [1]
    assert given.vars == {"xs": [1]}


def test_untrusted_folders() -> None:
    given = sql(trusted=False)
    unknown = Unknown("Jinja is not evaluated in a folder that is not trusted")
    assert evaluate("4", given) == 4
    assert render_value("{{ 'x' }}", given) == "x"
    assert evaluate("1 + 1", given) == unknown
    assert render_value("{{ var('x', 1) }}", given) == unknown


def test_names_by_place() -> None:
    project = JinjaContext(dialect="fusion", place="project")
    assert render_value("{{ nosuch }}", project) is None
    assert render_value("{{ target.name == 'x' }}", project) == Unknown("target.name is not known")
    assert render_value("{{ this }}", project) is None
    assert render_value("{{ this }}", JinjaContext(dialect="fusion", place="sql")) != None  # noqa: E711 - not null


def test_literals_need_no_jinja() -> None:
    code = (
        "import sys; from stateaware.syntax import jinja, sql\n"
        "c = jinja.JinjaContext()\n"
        "assert jinja.render_value('{{ 4 }}', c) == 4 and jinja.evaluate(\"'x'\", c) == 'x'\n"
        "sql.scan_sql('{{ config(a=1) }}{% if x %}{% endif %}')\n"
        "assert 'jinja2' not in sys.modules and 'yaml' not in sys.modules"
    )
    run([sys.executable, "-c", code], check=True)
