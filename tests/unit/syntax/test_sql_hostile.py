"""``scan_sql`` on any input: always an answer, in time linear in its size."""

from __future__ import annotations

import random
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateaware.syntax.sql import SqlFacts, literals, scan_sql
from stateaware.text import LineIndex

MEGABYTE = 1_000_000
HOSTILE = {
    "braces": "{" * MEGABYTE,
    "outputs": "{{" * 500_000,
    "statements": "{%" * 500_000,
    "comments": "{#" * 500_000,
    "quotes": "{{ '" * 250_000,
    "open strings": "{{ \"x' " * 150_000,
    "escapes": "{{ '" + "\\a" * 500_000,
    "long string": "{{ config(a='" + "x" * MEGABYTE + "') }}",
    "long name": "{{ " + "x" * MEGABYTE,
    "dotted name": "{{ " + "x." * 500_000,
    "brackets": "{{ config(a=" + "[" * MEGABYTE,
    "closed brackets": "{{ config(a=" + "[" * 90 + "]" * 90 + ") }}" + "{{ (" * 1000,
    "dicts": "{{ config(a=" + "{'b':" * 200_000,
    "calls": "{{ f" + "()" * 400_000 + " }}",
    "filters": "{{ x" + "|f" * 400_000 + " }}",
    "minus": "{{ config(a=" + "-" * MEGABYTE + "1) }}",
    "not": "{{ " + "not " * 250_000 + "x }}",
    "sum": "{{ config(a=1" + "+1" * 400_000 + ") }}",
    "concatenation": "{{ config(a='x'" + "~'x'" * 24_000 + ") }}",
    "if else": "{{ 1" + " if x else 1" * 100_000 + " }}",
    "mixed": "{{ " + "1 or 1 and 1 == 1 + 1 ~ 1 * 1 ** (" * 90 + "1" + ")" * 90 + " }}",
    "spaces": "{{" + " " * MEGABYTE,
    "spaces in config": "{{ config(" + " " * MEGABYTE,
    "spaced refs": "{{ ref(" + " " * 1000 + "\n{{ ref( 'a' ) }}" * 1000,
    "refs": "{{ ref('a') }}" * 70_000,
    "configs on one line": "{{ config(a={'b': 1}) }}" * 40_000,
    "configs on many lines": "{{ config(\na={'b':\n 1}) }}\n" * 40_000,
    "ifs": "{% if x %}" * 100_000,
    "macros": "{% macro m() %}{{ config(a=1) }}{% endmacro %}" * 5_000,
    "nested macros": "{% macro m() %}" * 3_000 + "{{ config(a=1) }}" + "{% endmacro %}" * 3_000,
    "raw": "{% raw %}" * 100_000,
    "long tag": "{{ f(" + "1," * 500_000 + ") }}",
    "nulls": "\0" * MEGABYTE + "{{ \0 }}",
    "carriage returns": "\r" * MEGABYTE + "{{ config(a=1) }}",
    "numbers": "{{ config(a=" + "9" * MEGABYTE + ", b=1e" + "9" * 1000 + ") }}",
    "parameters": "{% macro m(" + "a," * 400_000 + ") %}{% endmacro %}",
    "targets": "{% set " + "a," * 400_000 + "b = 1 %}",
    "nested targets": "{% for " + "(" * 5_000 + "a",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_answered_quickly(name: str) -> None:
    start = time.process_time()
    facts = scan_sql(HOSTILE[name])
    assert isinstance(facts, SqlFacts)
    assert time.process_time() - start < 10


def test_deep_nesting_needs_little_of_the_stack() -> None:
    deepest = {}
    text = "{{ config(a=" + "(1 or 1 and 1 == 1 + 1 ~ 1 * [" * 45 + "1" + "])" * 45 + ") }}"

    def scan() -> None:
        deepest["facts"] = scan_sql(text)

    before = threading.stack_size(1024 * 1024)
    thread = threading.Thread(target=scan)
    thread.start()
    thread.join()
    threading.stack_size(before)
    assert deepest["facts"].problem is None
    assert sys.getrecursionlimit() <= 3000


def test_binary_junk_is_answered() -> None:
    source = random.Random(7)  # noqa: S311 - not for secrets
    for _ in range(300):
        data = bytes(source.choices(b"{}%#'\"\\()[],:=|.~ \n\r\0abc19\xff\xc3\xa9", k=400))
        assert isinstance(scan_sql(data), SqlFacts)
        assert isinstance(scan_sql(data.decode("latin-1")), SqlFacts)


STATEMENTS = [
    "if ",
    "else ",
    "endif",
    "set x = ",
    "macro m() ",
    "endmacro",
    "raw ",
    "endraw",
    "for x in ",
    "endfor",
    "not ",
    "is ",
    "in ",
]
SIGNS = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    ")",
    "a=",
    "'x'",
    '"y"',
    "1",
    ",",
    "{",
    "}",
    "[",
    "]",
    ":",
    "|",
    ".",
    "~",
    "-",
    "'",
    "\\",
    "**",
    "*",
    "true",
    "none",
    "é",
    "ref('a')",
]
PIECES = st.sampled_from([*STATEMENTS, *SIGNS, " config(", "\n", "\r\n"])


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_range_lies_in_the_text(text: str) -> None:
    facts = scan_sql(text)
    index = LineIndex(text)
    for call in facts.configs:
        start, end = index.offset(*call.span[:2]), index.offset(*call.span[2:])
        assert text[start:end].startswith("config")
        assert text[start:end].endswith(")")
    for ref in facts.refs:
        start, end = index.offset(*ref.name_span[:2]), index.offset(*ref.name_span[2:])
        assert ref.name in text[start:end]
    if facts.problem is not None:
        assert facts.problem.span[:2] <= facts.problem.span[2:]


LITERALS = st.recursive(
    st.sampled_from(
        ["1", "-2", "0", "007", "'x'", '"é"', "true", "False", "none", "'a' 'b'", "x", "1.5", "'\\n'"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + " , ".join(items) + "]"),
        st.lists(st.tuples(st.sampled_from(["'k'", '"l"', "m", "1"]), inner), max_size=3).map(
            lambda pairs: "{" + ",\n".join(f"{key}: {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), LITERALS), max_size=4), st.sampled_from(["", ",", " ", "\n"])
)
def test_the_short_way_gives_what_the_parser_gives(pairs: list[tuple[str, str]], tail: str) -> None:
    arguments = ", ".join(f"{name} = {value}" for name, value in pairs)
    text = f"select 1\n{{{{ config({arguments}{tail if pairs else ''}) }}}}"
    short = scan_sql(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stateaware.syntax.sql.scan.plain_config", lambda *_: None)
        assert scan_sql(text) == short


def test_the_short_way_is_taken() -> None:
    assert literals.plain_config("{{ config(a=[1, {'b': none}],) }}", 0, LineIndex("").span) is not None
