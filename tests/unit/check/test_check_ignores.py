"""Ignore comments: where they are, what they cover, and what is no comment at all."""

from __future__ import annotations

import time

import pytest

from stateaware.syntax.ignores import Ignore, find_ignores
from stateaware.text.span import Span


def covered(path: str, text: str) -> list[tuple[str, int, int, str]]:
    """Codes, first and last covered line, and problem of every ignore comment."""
    return [
        (" ".join(code.text for code in ignore.codes), ignore.first, ignore.last, ignore.problem)
        for ignore in find_ignores(path, text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1  # stateaware: ignore[SA1]\nb: 1\n", [("SA1", 1, 1, "")], id="behind"),
        pytest.param("a: 1 # x # stateaware: ignore[SA1]\n", [], id="a comment about something else"),
        pytest.param("a: 1  #stateaware:ignore[SA1]\n", [("SA1", 1, 1, "")], id="without blanks"),
        pytest.param("a: 'x # stateaware: ignore[SA1]'\n", [], id="in quotes"),
        pytest.param('a: "x\n  # stateaware: ignore[SA1]"\n', [], id="in a quoted text of several lines"),
        pytest.param("a: x# stateaware: ignore[SA1]\n", [], id="no blank before"),
        pytest.param("a: |\n  # stateaware: ignore[SA1]\n  x\n", [], id="in a block scalar"),
        pytest.param(
            "a: |  # stateaware: ignore[SA1]\n  x\n", [("SA1", 1, 1, "")], id="behind a block scalar's mark"
        ),
        pytest.param(
            "a: >-\n  x\n# stateaware: ignore[SA1]\nb: 1\n", [("SA1", 4, 4, "")], id="below a block scalar"
        ),
        pytest.param(
            "a: 'x # y'  # stateaware: ignore[SA1]\n", [("SA1", 1, 1, "")], id="behind quotes with a mark"
        ),
        pytest.param(
            "# stateaware: ignore[SA1]\n\n# more\na:\n  b: 1\n  c:\n   - 1\n\n  # d\nz: 1\n",
            [("SA1", 4, 7, "")],
            id="an entry",
        ),
        pytest.param(
            "# stateaware: ignore[SA1]\na:\n- 1\n- 2\nb: 1\n",
            [("SA1", 2, 4, "")],
            id="a list at its key's depth",
        ),
        pytest.param(
            "l:\n  # stateaware: ignore[SA1]\n  - a: 1\n    b: 1\n  - a: 2\n",
            [("SA1", 3, 4, "")],
            id="an item of a list",
        ),
        pytest.param("a: 1\n# stateaware: ignore[SA1]\n", [("SA1", 0, 0, "")], id="nothing follows"),
        pytest.param("# stateaware: ignore-file[SA1]\na: 1\n", [("SA1", 1, 3, "")], id="a whole file"),
        pytest.param(
            "---\n# x\n# stateaware: ignore-file\na: 1\n",
            [("", 1, 5, "")],
            id="a whole file, below other comments",
        ),
        pytest.param(
            "a: 1\n# stateaware: ignore-file[SA1]\n",
            [("SA1", 1, 3, "`ignore-file` counts only at the top of a file")],
            id="a whole file, too late",
        ),
        pytest.param("a: 1  # stateaware: ignore\n", [("", 1, 1, "")], id="without codes"),
        pytest.param("a: 1  # stateaware: ignore[]\n", [("", 1, 1, "")], id="with empty brackets"),
        pytest.param(
            "a: 1  # stateaware: ignore[SA1\n",
            [("SA1", 1, 1, "the bracket is not closed")],
            id="an open bracket",
        ),
        pytest.param(
            "a: 1  # stateaware: ignre[SA1]\n",
            [("SA1", 1, 1, "`ignre` is none of `ignore` and `ignore-file`")],
            id="misspelt",
        ),
        pytest.param("a: 1  # stateaware: see the guide\n", [], id="prose"),
        pytest.param("a: [1,  # stateaware: ignore[SA1]\n  2]\n", [("SA1", 1, 1, "")], id="in a flow list"),
        pytest.param("a: 1\r\n# stateaware: ignore[SA1]\r\nb:\r\n  c: 1\r\n", [("SA1", 3, 4, "")], id="CRLF"),
        pytest.param("a: [\nb: 1 # stateaware: ignore[SA1]\n", [("SA1", 2, 2, "")], id="not YAML"),
        pytest.param("a: \U0001f600  # stateaware: ignore[SA1]\n", [("SA1", 1, 1, "")], id="beyond the BMP"),
    ],
)
def test_yaml(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert covered("models/s.yml", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("select 1 -- stateaware: ignore[SA1]\n", [("SA1", 1, 1, "")], id="behind"),
        pytest.param("-- stateaware: ignore[SA1]\n\nselect 1\n", [("SA1", 3, 3, "")], id="above"),
        pytest.param(
            "{# stateaware: ignore[SA1] #}\n{{ config(\n  a=1\n) }}\nx\n",
            [("SA1", 2, 4, "")],
            id="above a tag",
        ),
        pytest.param("{#- stateaware: ignore[SA1] -#}\nx\n", [("SA1", 2, 2, "")], id="trimming"),
        pytest.param(
            "{{ config(\n  a=1\n) }} -- stateaware: ignore[SA1]\n", [("SA1", 1, 3, "")], id="behind a tag"
        ),
        pytest.param("/* stateaware: ignore[SA1]\n more */\nx\n", [("SA1", 3, 3, "")], id="a block comment"),
        pytest.param(
            "-- stateaware: ignore[SA1]\n-- more\n/* and\n more */\nx\n",
            [("SA1", 5, 5, "")],
            id="comments between",
        ),
        pytest.param(
            "-- stateaware: ignore[SA1]\n/* a\n b */ x\n",
            [("SA1", 3, 3, "")],
            id="a comment that ends before code",
        ),
        pytest.param("select '-- stateaware: ignore[SA1]'\n", [], id="in a string"),
        pytest.param("select 'it''s -- stateaware: ignore[SA1]'\n", [], id="in a string with a quote"),
        pytest.param('select "-- stateaware: ignore[SA1]"\n', [], id="in a name"),
        pytest.param("{{ '-- stateaware: ignore[SA1]' }}\n", [], id="in Jinja"),
        pytest.param("{% raw %}{# stateaware: ignore[SA1] #}{% endraw %}\n", [], id="in a raw block"),
        pytest.param(
            "select '{{ x }}' -- stateaware: ignore[SA1]\n",
            [("SA1", 1, 1, "")],
            id="behind a string with Jinja",
        ),
        pytest.param(
            "select '{{ \"'\" }}' -- stateaware: ignore[SA1]\n",
            [("SA1", 1, 1, "")],
            id="a quote in Jinja in a string",
        ),
        pytest.param(
            "{# don't #} x -- stateaware: ignore[SA1]\n", [("SA1", 1, 1, "")], id="behind an apostrophe"
        ),
        pytest.param("-- stateaware: ignore-file[SA1]\nx\n", [("SA1", 1, 3, "")], id="a whole file"),
        pytest.param(
            "x\n-- stateaware: ignore-file[SA1]\n",
            [("SA1", 1, 3, "`ignore-file` counts only at the top of a file")],
            id="a whole file, too late",
        ),
        pytest.param("{# stateaware: ignore[SA1]", [("SA1", 1, 1, "")], id="never closed"),
    ],
)
def test_sql(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    found = covered("models/a.sql", text)
    if text.startswith("{# stateaware") and "#}" not in text:
        found = [(codes, 1, 1, problem) for codes, _, _, problem in found]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = 1  # stateaware: ignore[SA1]\n", [("SA1", 1, 1, "")], id="behind"),
        pytest.param("f(\n  a,  # stateaware: ignore[SA1]\n)\n", [("SA1", 1, 3, "")], id="inside a call"),
        pytest.param("# stateaware: ignore[SA1]\n\nf(\n  a,\n)\n", [("SA1", 3, 5, "")], id="above a call"),
        pytest.param("x = '# stateaware: ignore[SA1]'\n", [], id="in a string"),
        pytest.param("# stateaware: ignore-file[SA1]\nx = 1\n", [("SA1", 1, 3, "")], id="a whole file"),
        pytest.param("x = (  # stateaware: ignore[SA1]\n", [("SA1", 1, 1, "")], id="not Python"),
    ],
)
def test_python(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert covered("models/m.py", text) == expected


def test_reason_and_spans() -> None:
    (ignore,) = find_ignores("a.yml", "a: 1  # stateaware: ignore[SA101, SA2]: until  May\n")
    assert ignore.reason == "until May"
    assert ignore.span == Span(1, 7, 1, 51)
    assert [code.span for code in ignore.codes] == [Span(1, 28, 1, 33), Span(1, 35, 1, 38)]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(4, 1, 4, 9), True),
        (Span(3, 1, 3, 9), False),
        (Span(2, 1, 4, 9), True),
        (Span(2, 1, 5, 1), True),
        (Span(2, 1, 5, 2), False),
        (None, False),
    ],
)
def test_a_comment_behind_covers_what_starts_or_ends_on_its_line(span: Span | None, expected: bool) -> None:
    ignore = Ignore(Span(4, 20, 4, 40), "ignore", (), "", 4, 4)
    assert ignore.covers(span) is expected


def test_the_whole_file_is_its_first_line() -> None:
    assert Ignore(Span(1, 1, 1, 9), "ignore", (), "", 1, 1).covers(None)


def test_a_problem_covers_nothing() -> None:
    assert not Ignore(Span(1, 1, 1, 9), "ignore-file", (), "", 1, 9, "why").covers(Span(1, 1, 1, 2))


@pytest.mark.parametrize(
    "junk", ["{{'", "'", "\"'", "{{", "{%'\"", "'{{", "{#", "/*", "--\n'", "{{ ' }}", "'\\"]
)
def test_hostile_sql_takes_linear_time(junk: str) -> None:
    started = time.process_time()
    find_ignores("a.sql", "-- stateaware: ignore[SA1]\n" + junk * 100_000)
    assert time.process_time() - started < 5


def test_deep_nesting_beside_a_comment_takes_no_time() -> None:
    started = time.process_time()
    assert find_ignores("a.yml", "a: " + "[" * 50_000 + "\nb: 1  # stateaware: ignore[SA101]\n")
    assert time.process_time() - started < 2
