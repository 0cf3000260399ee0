"""Which templates are the same."""

from __future__ import annotations

import time

import pytest

from stateaware.fingerprint.python_code import python_form
from stateaware.fingerprint.template import template_form

EQUAL = (
    ("select a from t", "\n  select  a\n\nfrom t\n"),
    ("select a from t", "select a -- it's the key\nfrom t"),
    ("select a from t", "select a /* it's\n the key */ from t"),
    ("select a from t", "{# select #}select a from t"),
    ("select f(a,b)", "select f( a , b )"),
    ("select * from {{ ref('a') }}", "select * from {{ref(  'a')}}"),
    ("{% if x %}a{% endif %}", "{%   if x%}a{% endif %}"),
    ("select '{{ x }}' as a", "select '{{x}}'  as a"),
    ("select '{{ x }}{# y #}' as a", "select '{{x}}'  as a"),
    ("{{ {'a': {'b': 1}} }}", "{{ { 'a' : { 'b' : 1 } } }}"),
    ("select 'it''s' as a", "select  'it''s'  as a"),
    (
        "{{ config(materialized='table', tags=['a']) }} select 1",
        "{{ config(materialized='table') }}\n\nselect 1",
    ),
    ("{{ config(tags=['a']) }} select 1", "select 1"),
    ("{{ config(alias='a', materialized='table') }}", "{{ config(materialized='table',alias='a') }}"),
)
DIFFERENT = (
    ("select 'a b'", "select 'a  b'"),
    ("select '-- a'", "select '-- b'"),
    ("select '/* a */'", "select '/* b */'"),
    ('select "a  b"', 'select "a b"'),
    ("select `a  b`", "select `a b`"),
    ("select a b", "select ab"),
    ("select a{{ b }}", "select a {{ b }}"),
    ("{{ f('a  b') }}", "{{ f('a b') }}"),
    ('{{ f("-- a") }}', '{{ f("-- b") }}'),
    ("select '{{ f(\"'\") }}  a'", "select '{{ f(\"'\") }} a'"),
    ("{% raw %}'{{ x  }}{% endraw %}", "{% raw %}'{{ x }}{% endraw %}"),
    ("select 'a{% if x %}  b{% endif %}'", "select 'a{% if x %} b{% endif %}'"),
    ("select 'it\\'s  a'", "select 'it\\'s a'"),
    ("select $$a  b$$", "select $$a b$$"),
    ("select 1 # it's\n + 1", "select 1 # it's + 1"),
    ("select 1 // it is\n + 1", "select 1 // it is + 1"),
    ("select /*+ a */ 1", "select /*+ b */ 1"),
    ("-- {{ ref('a') }}\nselect 1", "-- {{ ref('b') }}\nselect 1"),
    ("-- {{ ref('a') }}\nselect 1", "-- {{ ref('a') }} select 1"),
    ("/* /* a */ '*/ x  y '", "/* /* a */ '*/ x y '"),
    ("{{ config(materialized='table') }}", "{{ config(materialized='view') }}"),
    ("{{ config(**a) }}", "{{ config(**b) }}"),
    ("{{ config(tags=['a']) ~ f() }}", "{{ config(tags=['b']) ~ f() }}"),
)


@pytest.mark.parametrize(("then", "now"), EQUAL)
def test_equal(then: str, now: str) -> None:
    assert template_form(then, "duckdb", config_counts=True) == template_form(
        now, "duckdb", config_counts=True
    )


@pytest.mark.parametrize("adapter", ["duckdb", "bigquery", "sqlserver", ""])
@pytest.mark.parametrize(("then", "now"), DIFFERENT)
def test_different(then: str, now: str, adapter: str) -> None:
    assert template_form(then, adapter, config_counts=True) != template_form(now, adapter, config_counts=True)


def test_config_does_not_count_where_it_is_compared_by_itself() -> None:
    then, now = "{{ config(materialized='table') }} select 1", "{{ config(materialized='view') }} select 1"
    assert template_form(then, "", config_counts=False) == template_form(now, "", config_counts=False)


def test_names_in_brackets() -> None:
    then, now = "select [a  b], 1", "select [a b],1"
    assert template_form(then, "sqlserver", config_counts=True) != template_form(
        now, "sqlserver", config_counts=True
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 50_000,
        "{#" * 50_000,
        "'" * 100_001,
        "' {{ '" * 30_000,
        "-- {{ a }}" * 30_000,
        "/*" * 50_000,
        "{" * 100_000,
        "{{ " + "(" * 100_000,
        "{{ config(" + "[" * 50_000,
        "$" * 100_000,
        "a " * 500_000,
        "'" + "{{ a }}" * 100_000 + "'",
        "-- " + "{{ a }}" * 100_000,
        "{{ '" + "\\" * 100_001,
        "\0\ud800",
    ],
    ids=range(15),
)
def test_hostile_templates_take_no_time(text: str) -> None:
    started = time.process_time()
    assert isinstance(template_form(text, "duckdb", config_counts=True), str)
    assert time.process_time() - started < 3


def test_python_without_comments_docstrings_and_layout() -> None:
    then = 'def model(dbt, session):\n    """Orders."""\n    x = 1  # one\n    return dbt.ref("a")\n'
    now = 'def model(dbt,session):\n\n  x=1\n  return dbt.ref("a")'
    assert python_form(then, config_counts=True) == python_form(now, config_counts=True)
    assert python_form(then, config_counts=True) != python_form(
        then.replace("x = 1", "x = 2"), config_counts=True
    )


def test_python_config_counts_by_its_keys() -> None:
    text = "def model(dbt, session):\n    dbt.config({})\n    return 1\n"
    form = [
        python_form(text.format(arguments), config_counts=True)
        for arguments in ("materialized='table', tags=['a']", "materialized='table'", "materialized='view'")
    ]
    assert form[0] == form[1] != form[2]


@pytest.mark.parametrize(
    "text", ["def (", "(" * 10_000, "a\0b", "x = " + "-" * 50_000 + "1", "a." * 50_000 + "b"]
)
def test_python_that_cannot_be_parsed_is_its_text(text: str) -> None:
    assert python_form(text, config_counts=True) == text
