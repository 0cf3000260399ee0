"""Templates that mean harm: each ends soon, in little memory, and reaches nothing."""

from __future__ import annotations

import threading
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateaware.syntax.jinja import (
    JinjaContext,
    JinjaError,
    MacroSource,
    evaluate,
    render_model,
    render_value,
)
from stateaware.syntax.tree import Unknown

SECONDS = 1.0
MEGABYTES = 50

EXPRESSIONS = {
    "power": "10**10**10",
    "power of power": "2**4000 * 2**4000 * 2**4000",
    "text times": "'a' * 10**9",
    "times text": "10**9 * 'a'",
    "list times": "[0] * 10**9",
    "tuple times": "(1, 2) * 10**8",
    "range": "range(10**9) | list",
    "long range": "range(0, 10**18, 3)",
    "center": "'x' | center(10**9)",
    "center method": "'x'.center(10**9)",
    "ljust": "'x'.ljust(10**9)",
    "zfill": "'1'.zfill(10**9)",
    "percent": "'%1000000000d' % 1",
    "percent star": "'%*d' % (10**9, 1)",
    "many percents": "('%9999d' * 200) % range(200) | list",
    "format": "'{:1000000000}'.format(1)",
    "nested format": "'{:{}}'.format(1, 10**9)",
    "format filter": "'%1000000000s' | format('x')",
    "precision": "'%.1000000000f' % 1.5",
    "indent": "'x' | indent(10**9)",
    "indent lines": "('a\\n' * 10000) | indent(90000)",
    "batch": "[1] | batch(10**9, 'x') | list",
    "slice": "[1] | slice(10**9) | list",
    "round": "1.5 | round(10**9)",
    "replace": "('a' * 100000).replace('a', 'b' * 100000)",
    "replace filter": "('a' * 100000) | replace('', 'b' * 100000)",
    "join": "('x' * 100000).join('a' * 100000)",
    "join filter": "('a' * 100000) | join('x' * 100000)",
    "product": "modules.itertools.product(range(1000), range(1000), range(1000))",
    "repeat product": "modules.itertools.product([1, 2], repeat=10**9)",
    "permutations": "modules.itertools.permutations(range(500), 400)",
    "regex": "modules.re.match('(a+)+$', 'a' * 40 ~ 'b')",
    "regex options": "modules.re.match('a?' * 30 ~ 'a' * 30, 'a' * 30)",
    "regex alternatives": "modules.re.match('(a|a)' * 30 ~ 'b', 'a' * 30)",
    "regex cubic": "modules.re.search('a*a*b', 'a' * 5000)",
    "regex counted": "modules.re.match('a{1,50}' * 3 ~ 'b', 'a' * 1000)",
    "int": "('9' * 100000) | int",
    "long number": "9" * 5000,
    "timedelta": "modules.datetime.timedelta(days=10**30)",
    "strftime": "modules.datetime.date(2020, 1, 1).strftime('%Y' * 40000)",
    "fromyaml": "fromyaml('a: &a [1]\\n' ~ 'b: [*a, *a]')",
    "deep yaml": "fromyaml('- ' * 5000 ~ 'a')",
    "deep json": "fromjson('[' * 100000)",
    "concatenation": " ~ ".join(["'xxxxxxxxxx'"] * 5000),
    "sum": "+".join(["1"] * 20000),
    "brackets": "(" * 5000 + "1" + ")" * 5000,
    "lists": "[" * 3000 + "]" * 3000,
    "nots": "not " * 20000 + "x",
    "minuses": "-" * 20000 + "1",
    "filters": "x" + " | upper" * 20000,
    "attributes": "x" + ".a" * 20000,
    "calls": "x" + "()" * 20000,
    "if else": "1 if x else " * 5000 + "1",
    "too long": "'" + "x" * 1_000_000 + "'",
    "class": "''.__class__.__mro__[1].__subclasses__()",
    "attr filter": "'' | attr('__class__') | attr('__mro__')",
    "map attribute": "[''] | map(attribute='__class__.__mro__') | list",
    "format attribute": "'{0.__class__}'.format('')",
    "globals": "range.__globals__['os'].system('true')",
    "init": "namespace.__init__.__globals__",
    "loader": "self.__loader__",
    "lipsum": "lipsum(n=10**6)",
    "cycler": "cycler.__init__",
    "undefined class": "nosuch.__class__.__init__.__globals__",
    "macro internals": "var.__call__.__func__",
    "target internals": "target.__class__",
    "datetime internals": "modules.datetime.datetime.__subclasses__()",
    "module internals": "modules.re.__loader__.load_module('os')",
}
TEMPLATES = {
    "loops": "{% for a in range(1000) %}" * 5 + "{{ config(a=1) }}" + "{% endfor %}" * 5,
    "long loop": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "doubling text": "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 40,
    "doubling in a loop": "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "doubling list": "{% set x = [1] %}" + "{% set x = x + x %}" * 40,
    "extending itself": "{% set x = [1] %}" + "{% do x.extend(x) %}" * 40,
    "doubling with %": "{% set x = 'ab' %}" + "{% set x = '%s%s' % (x, x) %}" * 40,
    "doubling with format": "{% set x = 'ab' %}" + "{% set x = '{0}{0}'.format(x) %}" * 40,
    "doubling with join": "{% set x = 'ab' %}" + "{% set x = [x, x] | join %}" * 40,
    "doubling with replace": "{% set x = 'ab' %}" + "{% set x = x.replace('a', x) %}" * 40,
    "doubling block": "{% set x = 'ab' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 40,
    "shared lists as text": "{% set x = [1] %}" + "{% set x = [x, x] %}" * 60 + "{% set y = x ~ '' %}",
    "shared lists compared": "{% set x = [1] %}{% set z = [1] %}"
    + "{% set x = [x, x] %}{% set z = [z, z] %}" * 60
    + "{{ x == z }}",
    "shared lists as json": "{% set x = [1] %}" + "{% set x = [x, x] %}" * 60 + "{{ tojson(x) }}",
    "shared tuples hashed": "{% set x = (1,) %}" + "{% set x = (x, x) %}" * 60 + "{% set y = {x: 1} %}",
    "shared tuples in": "{% set x = (1,) %}" + "{% set x = (x, x) %}" * 60 + "{{ x in [x] }}",
    "shared lists in config": "{% set x = [1] %}" + "{% set x = [x, x] %}" * 60 + "{{ config(a=x) }}",
    "deep list": "{% set n = namespace(x=[]) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ config(a=n.x) }}",
    "list in itself": "{% set x = [] %}{% do x.append(x) %}{{ config(a=x) }}{{ x ~ '' }}{{ x == x }}",
    "dict in itself": "{% set x = {} %}{% do x.update({'x': x}) %}{{ config(a=x) }}",
    "growing numbers": "{% set n = namespace(x=3) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "many texts": "{% set xs = [] %}{% for i in range(99999) %}{% do xs.append('x' * 100000) %}{% endfor %}",
    "many slices": "{% set x = range(9999) | list %}{% set xs = [] %}"
    "{% for i in range(99999) %}{% do xs.append(x[:]) %}{% endfor %}",
    "pops": "{% set x = range(50000) | list %}{% for i in range(50000) %}{% do x.pop(0) %}{% endfor %}",
    "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "double recursion": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(35) }}",
    "project recursion": "{{ around() }}",
    "caller recursion": "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
    "recursive loop": "{% set x = [] %}{% do x.append(x) %}{% for y in x recursive %}{{ loop(y) }}{% endfor %}",
    "recursive variable": "{{ var('me') }}",
    "nested loops": "{% for a in x %}" * 3000 + "{% endfor %}" * 3000,
    "nested ifs": "{% if x %}" * 3000 + "{% endif %}" * 3000,
    "elifs": "{% if x %}" + "{% elif x %}" * 3000 + "{% endif %}",
    "many tags": "{{ x }}" * 14000,
    "many conditions": "{% if target.a %}{{ config(a=1) }}{% endif %}" * 500,
    "undecided conditions": "".join(
        f"{{% if target.a{n} %}}{{{{ config(a=1) }}}}{{% endif %}}" for n in range(500)
    ),
    "big literal": "{% for i in range(9999) %}" + "x" * 90000 + "{% endfor %}",
    "big literal kept": "{% set y %}{% for i in range(9999) %}" + "x" * 90000 + "{% endfor %}{% endset %}",
    "braces": "{" * 90000,
    "open tag": "{{ " + "a, " * 30000,
    "junk": "{{ \0 \xff }}{% \x01 %}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}{{ os.system('true') }}",
    "extends": "{% extends 'x' %}",
}


def hostile_context() -> JinjaContext:
    around = MacroSource("around", "p", "{% macro around() %}{{ p.around() }}{{ around() }}{% endmacro %}")
    return JinjaContext(
        dialect="core",
        place="sql",
        macros={"around": around, "p.around": around},
        package="p",
        vars={"me": "{{ var('me') }}{{ var('me') }}"},
        env={"DBT_ENV_SECRET_X": "hidden"},
    )


def seconds_of(action: Callable[[], object]) -> float:
    """Processor time of an action."""
    start = time.process_time()
    action()
    return time.process_time() - start


def megabytes_of(action: Callable[[], object]) -> float:
    """Memory that an action takes at most."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def attempt(source: str) -> object:
    try:
        return evaluate(source, hostile_context())
    except JinjaError as error:
        return error


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_hostile_expressions(name: str) -> None:
    results: list[object] = []
    assert seconds_of(lambda: results.append(attempt(EXPRESSIONS[name]))) < SECONDS
    assert isinstance(results[0], (Unknown, JinjaError, int, str, list, dict, type(None)))
    assert len(repr(results[0])) < 400_000
    assert "hidden" not in str(results[0])
    assert megabytes_of(lambda: attempt(EXPRESSIONS[name])) < MEGABYTES


@pytest.mark.parametrize("name", TEMPLATES)
def test_hostile_templates(name: str) -> None:
    assert seconds_of(lambda: render_model(TEMPLATES[name], hostile_context())) < SECONDS
    assert seconds_of(lambda: value_or_error(TEMPLATES[name])) < SECONDS
    assert megabytes_of(lambda: render_model(TEMPLATES[name], hostile_context())) < MEGABYTES


def value_or_error(text: str) -> object:
    try:
        return render_value(text, hostile_context())
    except JinjaError as error:
        return error


@pytest.mark.parametrize(
    "source",
    [
        "''.__class__",
        "'' | attr('__class__')",
        "range.__globals__",
        "var.__call__",
        "modules.re.__loader__",
        "namespace.__init__",
        "[''] | map(attribute='__class__') | list",
        "target.__class__.__init__",
        "(1).__class__",
    ],
)
def test_nothing_of_python_can_be_reached(source: str) -> None:
    result = attempt(source)
    assert isinstance(result, (JinjaError, Unknown)) or result in (None, [None], [])


def test_limits_hold_in_threads_with_a_small_stack() -> None:
    results: list[object] = []

    def work() -> None:
        results.extend(
            attempt(EXPRESSIONS[name]) for name in ("brackets", "lists", "nots", "attributes", "calls")
        )
        results.append(render_model(TEMPLATES["recursion"], hostile_context()).unknown)
        results.append(render_model(TEMPLATES["nested ifs"], hostile_context()).unknown)

    before = threading.stack_size(1024 * 1024)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    threading.stack_size(before)
    assert all(isinstance(result, (Unknown, JinjaError)) for result in results)
    assert len(results) == 7


def test_the_same_text_always_gets_the_same_answer() -> None:
    for name in ("loops", "many texts", "double recursion"):
        first = render_model(TEMPLATES[name], hostile_context())
        assert first == render_model(TEMPLATES[name], hostile_context())
        assert first.unknown == Unknown("rendering this takes too many steps")


PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        " config(",
        ")",
        "a=",
        "'x'",
        "1",
        ",",
        "{",
        "}",
        "[",
        "]",
        ":",
        "if ",
        "else",
        "endif",
        "set x = ",
        "for x in ",
        "endfor",
        "|",
        "int",
        ".",
        "~",
        "+",
        "*",
        "**",
        "x",
        "target.y",
        "var('v', 1)",
        " and ",
        " in ",
        " is ",
        "defined",
        "not ",
        "macro m() ",
        "endmacro",
        "m()",
        "call ",
        "endcall",
        "range(3)",
        " == ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_answered(text: str) -> None:
    for dialect in ("fusion", "core"):
        given_context = JinjaContext(dialect=dialect, place="sql")
        model = render_model(text, given_context)
        assert isinstance(model.configs, tuple)
        try:
            render_value(text, given_context)
        except JinjaError as error:
            assert str(error)  # noqa: PT017 - it may also succeed
