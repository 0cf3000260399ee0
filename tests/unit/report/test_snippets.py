"""Carets stand under what is meant, whatever the line holds."""

from __future__ import annotations

from time import process_time

import pytest

from stateaware.report.cells import columns_of, lay_out
from stateaware.report.snippet import draw, excerpt
from stateaware.report.terminal import Terminal
from stateaware.text import LineIndex, Span

PLAIN = Terminal()


def snippet(text: str, span: Span, *, file: str = "a.sql", hint: str = "", terminal: Terminal = PLAIN) -> str:
    return "\n".join(draw(LineIndex(text), span, file, hint, "error", terminal))


@pytest.mark.parametrize(
    ("line", "part", "row"),
    [
        ("period: hours", "hours", "        ^^^^^"),
        ("\tperiod:\thours", "hours", "            ^^^^^"),
        ("a\tb: hours", "\tb", " ^^^^"),
        ("日本: 時間", "時間", "      ^^^^"),
        ("e\u0301te\u0301: x", "x", "     ^"),
        ("👩\u200d🚀 👍🏽 x", "x", "      ^"),
        ("❤\ufe0f x", "x", "   ^"),
        ("🇩🇪 x", "x", "   ^"),
        ("\u1100\u1161 x", "x", "   ^"),
        ("a\x1bb: x", "x", "        ^"),
        ("a\u202eb: x", "x", "          ^"),
    ],
)
def test_single_line(line: str, part: str, row: str) -> None:
    start = line.rindex(part)
    lines = snippet(line, Span(1, start + 1, 1, start + 1 + len(part))).split("\n")
    assert lines[-1] == f"   | {row}"
    assert columns_of(lines[-2]) >= columns_of(lines[-1])


def test_ascii_terminals_see_escapes_and_the_carets_follow() -> None:
    lines = snippet("é: 時", Span(1, 4, 1, 5), terminal=Terminal(unicode=False)).split("\n")
    assert lines[1:] == [r" 1 | \xe9: \u6642", "   |       ^^^^^^"]


def test_an_empty_range_is_one_caret() -> None:
    assert snippet("ab\r\n", Span.at(1, 3)).split("\n")[-1] == "   |   ^"
    assert snippet("ab\n", Span.at(2, 1)).split("\n")[-2:] == [" 2 |", "   | ^"]


def test_a_range_past_the_end_of_its_line_points_at_the_end() -> None:
    assert snippet("ab\ncd", Span(1, 40, 1, 50)).split("\n")[-1] == "   |   ^"


def test_no_snippet_for_lines_that_are_gone() -> None:
    assert draw(LineIndex("a"), Span(3, 1, 3, 2), "a.yml", "", "error", PLAIN) == []
    assert draw(LineIndex("a"), Span(1, 1, 3, 2), "a.yml", "", "error", PLAIN) == []


def test_several_lines_from_the_first_word() -> None:
    text = "models:\n  a:\n    b: 1\n    c: 2\n"
    assert snippet(text, Span(2, 3, 4, 9), hint="drop it", file="a.yml") == (
        "   |\n 1 |   models:\n 2 | /   a:\n 3 | |     b: 1\n 4 | |     c: 2\n   | |________^ drop it"
    )


def test_several_lines_from_the_middle_with_a_gap() -> None:
    text = "x = config(\n" + "".join(f"  a{n}=1,\n" for n in range(20)) + ")\n"
    assert snippet(text, Span(1, 5, 22, 2)) == (
        "   |\n"
        " 1 |   x = config(\n"
        "   |  _____^\n"
        " 2 | |   a0=1,\n"
        " 3 | |   a1=1,\n"
        "...  |\n"
        "21 | |   a19=1,\n"
        "22 | | )\n"
        "   | |_^"
    )


def test_a_range_up_to_the_next_line_is_one_line() -> None:
    assert snippet("ab\ncd\n", Span(1, 1, 2, 1)).split("\n")[1:] == [" 1 | ab", "   | ^^"]


def test_yaml_shows_what_encloses_the_line() -> None:
    text = "models:\n  - name: a\n    # no\n\n    columns: []\n    config:\n      x: 1\n      freshness: no\n"
    assert snippet(text, Span(8, 18, 8, 20), file="a.yml") == (
        "   |\n"
        " 2 |   - name: a\n"
        "...\n"
        " 6 |     config:\n"
        " 7 |       x: 1\n"
        " 8 |       freshness: no\n"
        "   |                  ^^"
    )


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("start", [0, 1, 20, 50, 99, 180, 500, 999, 1000])
@pytest.mark.parametrize("length", [0, 1, 5, 70, 300])
@pytest.mark.parametrize("character", ["x", "時", "\t", "é"])
def test_long_lines_are_cut_to_the_width(width: int, start: int, length: int, character: str) -> None:
    line = character * start + "y" * length + character * (1000 - start)
    shown = excerpt(line, start, start + length, width, PLAIN)
    assert sum(cell.columns for cell in lay_out(shown.text)) <= width
    assert shown.start + shown.columns <= width
    visible = shown.text.count("y")
    assert visible >= min(length, width // 4)
    assert shown.columns == max(1, visible)
    if character in "xé":
        assert shown.text[shown.start : shown.start + visible] == "y" * visible


def test_a_line_of_a_megabyte_costs_little() -> None:
    index = LineIndex("a" * 500_000 + "時" + "b" * 500_000)
    started = process_time()
    for _ in range(50):
        draw(index, Span(1, 500_001, 1, 500_002), "a.yml", "hint", "error", Terminal(width=80))
    assert process_time() - started < 1


def test_hints_go_where_there_is_room() -> None:
    line = "x" * 40 + " hours"
    narrow = snippet(
        line, Span(1, 42, 1, 47), hint="write `hour` instead", terminal=Terminal(width=56)
    ).split("\n")
    assert narrow[-2:] == [f"   | {'':41}^^^^^", f"   | {'':31}write `hour` instead"]
    long = snippet(line, Span(1, 42, 1, 47), hint="word " * 20, terminal=Terminal(width=56)).split("\n")
    assert all(len(row) <= 57 for row in long)
