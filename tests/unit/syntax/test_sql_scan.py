"""``scan_sql``: what is found, and exactly where."""

from __future__ import annotations

import pickle

import pytest

from stateaware.syntax.sql import (
    ConfigCall,
    MacroDefinition,
    RefCall,
    SourceCall,
    SqlFacts,
    SqlProblem,
    scan_sql,
)
from stateaware.syntax.tree import Entry, Expression, Mapping, Node, Scalar, Sequence
from stateaware.text import Span


def native(value: object, *span: int) -> Scalar:
    return Scalar("" if value is None else str(value), Span(*span), "native", native=value)


def values(node: Node) -> object:
    """A located tree as plain Python, expressions as ``<source>``."""
    if isinstance(node, Scalar):
        return node.native
    if isinstance(node, Sequence):
        return [values(item) for item in node.items]
    if isinstance(node, Mapping):
        return {entry.key.native: values(entry.value) for entry in node.entries}
    return f"<{node.source}>"


def settings(text: str) -> dict[str, object]:
    """The arguments of the only config call of a file."""
    (call,) = scan_sql(text).configs
    return {entry.key.text: values(entry.value) for entry in call.arguments}


def test_every_part_of_a_config_call_has_its_range() -> None:
    text = "-- é\n{{\n  config(\n    freshness={'build_after': {'count': -4, 'tags': [1, none]}},\n  )\n}}\n"
    count = Entry(native("count", 4, 32, 4, 39), native(-4, 4, 41, 4, 43))
    items = (native(1, 4, 54, 4, 55), native(None, 4, 57, 4, 61))
    tags = Entry(native("tags", 4, 45, 4, 51), Sequence(items, Span(4, 53, 4, 62), flow=True))
    after = Mapping((count, tags), Span(4, 31, 4, 63), flow=True)
    freshness = Mapping((Entry(native("build_after", 4, 16, 4, 29), after),), Span(4, 15, 4, 64), flow=True)
    assert scan_sql(text) == SqlFacts(
        configs=(
            ConfigCall(
                span=Span(3, 3, 5, 4),
                block=Span(2, 1, 6, 3),
                reported_at=Span.at(2, 1),
                arguments=(Entry(native("freshness", 4, 5, 4, 14), freshness),),
                keywords=1,
            ),
        )
    )


def test_refs_and_sources_have_ranges_of_call_and_name() -> None:
    first = "select * from {{ ref('a') }} join {{ source(\"s\", 't') }}"
    text = first + "\n  on {{ ref('p', \"b\", v=2) ~ ref( 'c' ) }}"
    assert scan_sql(text) == SqlFacts(
        refs=(
            RefCall(Span(1, 18, 1, 26), "a", Span(1, 22, 1, 25)),
            RefCall(Span(2, 9, 2, 27), "b", Span(2, 18, 2, 21), "p", 2),
            RefCall(Span(2, 30, 2, 40), "c", Span(2, 35, 2, 38)),
        ),
        sources=(SourceCall(Span(1, 38, 1, 54), "s", Span(1, 45, 1, 48), "t", Span(1, 50, 1, 53)),),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{{ config(a=1, b='x', c=true, d=False, e=none, f=None, g=1.5) }}",
            {"a": 1, "b": "x", "c": True, "d": False, "e": None, "f": None, "g": 1.5},
        ),
        (
            "{{ config(a=2 * 3, b=6 // 2, c=7 % 4, d=- 3, e=+3, f=8 / 2, g=not true) }}",
            {"a": 6, "b": 3, "c": 3, "d": -3, "e": 3, "f": 4.0, "g": False},
        ),
        (
            "{{ config(a='ho' ~ 'ur', b='ho' + 'ur', c='ho' 'ur', d=(('x'))) }}",
            {"a": "hour", "b": "hour", "c": "hour", "d": "x"},
        ),
        (
            "{{ config(a=1_0, b=0x10, c=(1, 2), d=[1, [2,],], e={},) }}",
            {"a": 10, "b": 16, "c": [1, 2], "d": [1, [2]], "e": {}},
        ),
        ("{{ config({'a': 1}) }}", {"a": 1}),
        ("{{ config(**{'a': 1, 'b': 2}, a=3) }}", {"a": 3, "b": 2}),
        ("{{ config({'a': 1}, a=2, **{'a': 3}) }}", {"a": 1}),
        ("{{ config({'a': 1}, {'a': 2}, b=3) }}", {"b": 3}),
        ("{{ config(a=dict(b=dict({'c': 1}, d=2), **{'e': 3})) }}", {"a": {"b": {"c": 1, "d": 2}, "e": 3}}),
        ("{{ config(a={'b': 1, 'b': 2}) }}", {"a": {"b": 2}}),
        (
            "{{ config(a='it\\'s', b=\"q\\\"\\n\\\\\", c='}} {{ %}') }}",
            {"a": "it's", "b": 'q"\n\\', "c": "}} {{ %}"},
        ),
        (
            "{{ config(a=var('n', 5) | int, b=x, c=2**3, d='\\x68', e={x: 1}, f=[y.z]) }}",
            {
                "a": "<var('n', 5) | int>",
                "b": "<x>",
                "c": "<2**3>",
                "d": "<'\\x68'>",
                "e": "<{x: 1}>",
                "f": ["<y.z>"],
            },
        ),
        (
            "{{ config(a=({'b': 1} if target.name == 'prod' else none)) }}",
            {"a": "<({'b': 1} if target.name == 'prod' else none)>"},
        ),
        ("{{- config(a=1) -}}", {"a": 1}),
        ("{{+ config(a=1) +}}", {"a": 1}),
        ("{% do config(a=1) %}", {"a": 1}),
        ("{%- set x = config(a=1) -%}", {"a": 1}),
        ("{% set x %}{{ config(a=1) }}{% endset %}", {"a": 1}),
        ("-- {{ config(a=1) }}", {"a": 1}),
        ("{{ config (a=1) }}", {"a": 1}),
        ("\ufeff{{ config(a=1) }}", {"a": 1}),
    ],
)
def test_arguments(text: str, expected: dict[str, object]) -> None:
    assert settings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{# {{ config(a=1) }} #}",
        "{% raw %}{{ config(a=1) }}{% endraw %}",
        "{%- raw -%}{{ config(a=1 }}{%- endraw -%}",
        "config(a=1)",
        "{{ '{{ config(a=1) }}' }}",
        "{{ config.get('a') }}",
        "{{ x.config(a=1) }}",
        "",
    ],
)
def test_what_is_no_call(text: str) -> None:
    assert scan_sql(text).configs == ()
    assert scan_sql(text).problem is None


@pytest.mark.parametrize(
    ("text", "conditional", "needs_render"),
    [
        ("{{ config(enabled=true) }}", False, False),
        ("{% if x %}{{ config(enabled=true) }}{% endif %}", True, True),
        ("{% if x %}{{ config(alias='b') }}{% endif %}", True, False),
        ("{% if x %}{% elif y %}{{ config(**z) }}{% else %}{% endif %}", True, True),
        ("{% for x in y %}{{ config(state={}) }}{% endfor %}", True, True),
        ("{% macro m() %}{{ config(freshness={}) }}{% endmacro %}", True, True),
        ("{% call(x) wrap() %}{{ config(freshness={}) }}{% endcall %}", True, True),
        ("{% if x %}{% endif %}{{ config(freshness={}) }}", False, False),
        ("{{ config(freshness={}) if x }}", True, True),
        ("{{ 1 if config(freshness={}) }}", False, False),
        ("{{ x and config(freshness={}) }}", True, True),
        ("{{ config(freshness={}) or x }}", False, False),
        ("{% snapshot s %}{{ config(freshness={}) }}{% endsnapshot %}", False, False),
        ("{% set c = 1 %}{{ config(freshness={'a': c}) }}", False, True),
        ("{% set c = 1 %}{{ config(alias=c) }}", False, False),
        ("{% set c = 1 %}{{ config(**c) }}", False, True),
        ("{{ config(**var('c')) }}", False, False),
        ("{{ config(freshness=var('c')) }}", False, False),
    ],
)
def test_what_static_reading_cannot_decide(text: str, conditional: bool, needs_render: bool) -> None:
    facts = scan_sql(text)
    assert facts.problem is None
    assert ([call.conditional for call in facts.configs], facts.needs_render) == ([conditional], needs_render)


def test_a_key_written_twice() -> None:
    (call,) = scan_sql("{{ config(a=1, a=2, **{'a': 3}) }}").configs
    first, second = (
        Entry(native("a", 1, at, 1, at + 1), native(value, 1, at + 2, 1, at + 3))
        for at, value in ((11, 1), (16, 2))
    )
    assert call.arguments == (Entry(native("a", 1, 24, 1, 27), native(3, 1, 29, 1, 30)),)
    assert call.replaced == (first, second)
    assert call.duplicate_kwargs == (second.key,)
    assert (call.positional, call.keywords) == (0, 1)


def test_unpacked_arguments() -> None:
    (call,) = scan_sql("{% set c = {} %}{{ config(c, **var('d')) }}").configs
    assert call.unpacked == (
        Expression("c", Span(1, 27, 1, 28)),
        Expression("var('d')", Span(1, 32, 1, 40)),
    )
    assert (call.positional, call.local_names) == (1, ("c",))


def test_calls_of_other_functions() -> None:
    text = (
        "{{ dbt_utils.star(from=ref('a')) }}{% do log(x | join(y())) %}{% if is_incremental() %}{% endif %}"
    )
    assert scan_sql(text).calls == ("dbt_utils.star", "log", "y", "is_incremental")


def test_dynamic_references() -> None:
    for text in ("{{ ref(x) }}", "{{ ref('a' if x else 'b') }}", "{{ source('s', t) }}", "{{ ref(*x) }}"):
        assert scan_sql(text) == SqlFacts(dynamic_refs=True)


def test_macros_inside_macros_belong_to_the_outer_one() -> None:
    facts = scan_sql(
        "{% macro m() %}{% macro n() %}{{ config(a=x()) }}{% endmacro %}{{ y() }}{% endmacro %}{{ z() }}"
    )
    assert [(macro.name, macro.calls, macro.configures) for macro in facts.macros] == [
        ("m", ("x", "y"), True)
    ]
    assert facts.calls == ("z",)


def test_macros() -> None:
    text = (
        "{% macro m(a, b='x') -%}{{ config(freshness=a) }}{{ helper(b) }}{%- endmacro %}\n"
        "{% macro n() %}{{ m(1) }}{% endmacro %}"
    )
    facts = scan_sql(text)
    first, second = text.split("\n")
    assert facts.macros == (
        MacroDefinition("m", Span(1, 1, 1, 80), Span(1, 10, 1, 11), first, ("helper",), configures=True),
        MacroDefinition("n", Span(2, 1, 2, 40), Span(2, 10, 2, 11), second, ("m",)),
    )
    assert facts.calls == ()


@pytest.mark.parametrize(
    ("text", "message", "span", "reported"),
    [
        ("{{ config(a={'b': {'c': 1}) }}", "`}` is missing before this `)`", (1, 27, 1, 28), (1, 27)),
        ("select {{ config(a='x' }}", "`)` is missing before this `}`", (1, 24, 1, 25), (1, 24)),
        ("{{ config(a=\n", "this `{{` is never closed", (1, 1, 1, 3), None),
        ("{{ config(a='x\nselect 1\n", "this string has no closing '", (1, 13, 1, 15), (2, 9)),
        ("{{ config(1 2) }}", "`2` stands where `,` or `)` should", (1, 13, 1, 14), (1, 13)),
        ("x {# y\n\n\n", "this comment is never closed", (1, 3, 1, 5), (3, 1)),
        ("{% if true %}", "this `if` is never closed: `endif` is missing", (1, 4, 1, 6), None),
        ("select 1 {% endif %}", "`endif` closes no open block", (1, 10, 1, 21), (1, 10)),
        ("select 1 {% foo %}", "dbt knows no statement `foo`", (1, 10, 1, 19), (1, 10)),
        ("select 1 {% raw %} {{ x\n", "this raw block is never closed", (1, 10, 1, 19), (1, 24)),
        ("{{ 1 + }}", "the tag ends where a value should stand", (1, 8, 1, 10), (1, 8)),
        (
            "{% if x %}{% endfor %}",
            "`endfor` stands inside the `if` of line 1, which is not closed",
            (1, 14, 1, 20),
            (1, 14),
        ),
        ("a{% else %}", "`else` stands outside of any block", (1, 2, 1, 12), (1, 2)),
        (
            "{{ config(a=1, 'x') }}",
            "a positional argument stands behind a keyword argument",
            (1, 16, 1, 19),
            None,
        ),
        ("{{ config(a=@x) }}", "`@` has no meaning in Jinja", (1, 13, 1, 14), (1, 13)),
        ("{% set x = %}", "the tag ends where a value should stand", (1, 12, 1, 14), (1, 12)),
    ],
)
def test_syntax_errors(
    text: str, message: str, span: tuple[int, ...], reported: tuple[int, int] | None
) -> None:
    place = None if reported is None else Span.at(*reported)
    assert scan_sql(text).problem == SqlProblem("syntax", message, Span(*span), place)


def test_reading_goes_on_behind_a_syntax_error() -> None:
    facts = scan_sql(
        "{% #### %}{{ config(a='}} }}' b) }}{% foo %}{% macro m() %}{{ x }}{% endmacro %}{{ ref('b') }}"
    )
    assert facts.problem == SqlProblem(
        "syntax", "`#` has no meaning in Jinja", Span(1, 4, 1, 5), Span.at(1, 4)
    )
    assert ([macro.name for macro in facts.macros], [ref.name for ref in facts.refs]) == (["m"], ["b"])


def test_a_colon_behind_a_statement() -> None:
    facts = scan_sql(
        "{% if x: %}{% elif y: %}{% endif %}{% for a in b: %}{% endfor %}{% macro m(): %}{% endmacro %}"
    )
    assert facts.problem is None


def test_what_stands_before_a_syntax_error_is_kept() -> None:
    facts = scan_sql("{{ config(a=1) }}{{ ref('b') }}{{ config(")
    assert ([call.get("a") is not None for call in facts.configs], facts.refs[0].name) == ([True], "b")


def test_wrong_encoding() -> None:
    assert scan_sql(b"{{ config(a=1) }}\nsel\xffct") == SqlFacts(
        problem=SqlProblem("encoding", "byte 0xff is not UTF-8", Span(2, 4, 2, 5))
    )


def test_facts_can_be_pickled() -> None:
    facts = scan_sql(
        "{{ config(a={'b': [x]}) }}{{ ref('a') }}{{ source('a', 'b') }}{% macro a() %}{% endmacro %}{{"
    )
    assert pickle.loads(pickle.dumps(facts)) == facts  # noqa: S301 - made one line above


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("select 1 {{config(freshness='x')}}", (1, 10)),
        ("select 1 {%- do config(freshness='x') -%}", (1, 17)),
        ("select 1 {% set a = config(freshness='x') %}", (1, 21)),
        ("select 1 {{ log(config(freshness='x')) }}", (1, 17)),
        ("select 1 {{-\n   config(\n   freshness='x') -}}", (1, 10)),
        ("select 1 {% if config(freshness='x') %}{% endif %}", (1, 16)),
        ("select 1 {{ config(freshness='x') | length }}", (1, 13)),
        ("é select 1 {{ (config(freshness='x')) }}", (1, 12)),
        ("é select 1 {% do   config (freshness='x') %}", (1, 20)),
        ("select 1 {{ [config(freshness='x')] }}", (1, 14)),
    ],
)
def test_the_point_where_dbt_v2_reports_a_bad_value(text: str, reported: tuple[int, int]) -> None:
    (call,) = scan_sql(text).configs
    assert call.reported_at == Span.at(*reported)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", ""])
def test_a_string_without_an_end_is_told_up_to_the_end_of_its_line(ending: str) -> None:
    problem = scan_sql(f"{{{{ config(a='x{ending}").problem
    assert problem is not None
    assert problem.span == Span(1, 13, 1, 15)
