"""Our evaluation against Jinja2's own: the same expressions and templates give the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Undefined
from jinja2.sandbox import SandboxedEnvironment

from stateaware.syntax.jinja import JinjaContext, JinjaError, evaluate, render_model

VARIABLES: dict[str, object] = {
    "n": 7,
    "t": "ab c",
    "xs": [3, 1, 2],
    "d": {"k": 1, "l": [1]},
    "z": None,
    "f": 2.5,
}
FAILS = "fails"

ATOMS = st.sampled_from(
    [
        "1",
        "0",
        "-3",
        "2.5",
        "'x'",
        "'10'",
        "''",
        "true",
        "none",
        "[]",
        "[1, 'a']",
        "(1, 2)",
        "{'a': 1}",
        "missing",
        "var('t')[1:]",
        "var('xs')[:2]",
        *(f"var('{name}')" for name in VARIABLES),
    ]
)
BINARY = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or"]
SUFFIXES = [
    " | int",
    " | string",
    " | upper",
    " | length",
    " | default(5)",
    " | list",
    " | sort",
    " | first",
    " | last",
    " | join('-')",
    " | abs",
    " | float",
    " | round(1)",
    " | title",
    " | trim",
    " | reverse | list",
    " | unique | list",
    " | sum",
    " | max",
    " | min",
    " | replace('a', 'b')",
    " | map('string') | list",
    " | select('odd') | list",
    " is defined",
    " is none",
    " is string",
    " is number",
    " is iterable",
    " is mapping",
    " is divisibleby(2)",
    "[0]",
    "[-1]",
    "['k']",
    ".k",
    ".upper()",
    ".keys() | list",
    ".get('k', 9)",
    ".split()",
    ".count(1)",
]


def compose(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(BINARY), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, st.sampled_from(SUFFIXES)).map(lambda parts: f"({parts[0]}){parts[1]}"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
        inner.map(lambda text: f"(not {text})"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    )


EXPRESSIONS = st.recursive(ATOMS, compose, max_leaves=5)


def plain(value: Any) -> Any:
    if isinstance(value, Undefined):
        raise TypeError
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    return value


def by_jinja2(source: str) -> object:
    environment = SandboxedEnvironment()
    environment.globals["var"] = VARIABLES.__getitem__
    try:
        return plain(environment.compile_expression(source, undefined_to_none=False)())
    except Exception:  # noqa: BLE001 - whatever it is, it fails
        return FAILS


def by_us(source: str) -> object:
    try:
        return evaluate(source, JinjaContext(dialect="core", place="properties", vars=VARIABLES))
    except JinjaError:
        return FAILS


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS)
def test_expressions(source: str) -> None:
    ours, theirs = by_us(source), by_jinja2(source)
    assert (ours, repr(ours)) == (theirs, repr(theirs))


STATEMENTS = st.recursive(
    st.sampled_from(
        [
            "{% set a = n %}",
            "{% set a = a ~ 1 %}",
            "{{ config(k=a) }}",
            "{{ config(k=b) }}",
            "{% set b = xs | sort %}",
            "{% do xs.append(n) %}",
            "{{ config(k=xs[:]) }}",
            "{{ config(k=loop.index) }}",
            "text",
            "{% set a %}-{{ n }}{{ b }}{% endset %}",
            "{{ config(k=m(n)) }}",
            "{{ config(k=ns.v) }}",
            "{% set ns.v = n %}",
            "{% macro m(x, y=2) %}[{{ x }}{{ y }}{{ a }}]{% endmacro %}",
            "{{ m(1, y=3) }}",
        ]
    ),
    lambda inner: st.tuples(
        st.sampled_from(
            [
                ("{% if a %}", "{% endif %}"),
                ("{% if n > 3 %}", "{% else %}{% set a = 0 %}{% endif %}"),
                ("{% for n in xs[:4] %}", "{% endfor %}"),
                ("{% for a in [] %}", "{% else %}{% set n = 1 %}{% endfor %}"),
                ("{% with a = 5 %}", "{% endwith %}"),
                ("{% filter upper %}", "{% endfilter %}"),
                ("{% set b %}", "{% endset %}"),
                ("{% for a in 'xy' if a != 'x' %}", "{% endfor %}"),
                ("{% call(q) w() %}{{ q }}", "{% endcall %}"),
            ]
        ),
        st.lists(inner, max_size=4),
    ).map(lambda parts: parts[0][0] + "".join(parts[1]) + parts[0][1]),
    max_leaves=10,
)
START = (
    "{% set n = 7 %}{% set xs = [3, 1, 2] %}{% set ns = namespace(v=0) %}"
    "{% macro m(x) %}({{ x }}){% endmacro %}{% macro w() %}<{{ caller(4) }}>{% endmacro %}"
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STATEMENTS, max_size=6).map("".join))
def test_statements(text: str) -> None:
    calls: list[object] = []

    def config(k: Any) -> str:
        calls.append(plain(k))
        return ""

    environment = SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    failed = False
    try:
        environment.from_string(START + text, globals={"config": config}).render()
    except Exception:  # noqa: BLE001 - whatever it is, it fails
        failed = True
    model = render_model(START + text, JinjaContext(dialect="core", place="sql"))
    ours = [call.arguments["k"] for call in model.configs]
    if failed or model.problem is not None:
        shared = min(len(ours), len(calls))
        assert ours[:shared] == calls[:shared]
    else:
        assert ours == calls


@pytest.mark.parametrize(
    "source", ["var('xs')", "'%s-%s' % (1, 'a')", "'{}'.format(var('n'))", "[1, 2][::-1]"]
)
def test_a_few_by_hand(source: str) -> None:
    assert by_us(source) == by_jinja2(source) != FAILS
