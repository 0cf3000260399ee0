"""Positions: lines end where an editor ends them, columns count code points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateaware.text import LineIndex, Span, decode
from stateaware.text.source import line_index


def test_lines_end_at_any_of_the_three_breaks() -> None:
    index = LineIndex("a\r\nb\rc\nd")
    assert [index.line_text(line) for line in range(1, 6)] == ["a", "b", "c", "d", ""]
    assert [index.position(at) for at in (0, 3, 5, 7)] == [(1, 1), (2, 1), (3, 1), (4, 1)]


def test_other_unicode_breaks_do_not_end_a_line() -> None:
    assert len(LineIndex("a\u2028b\x0bc\x85d")) == 1


def test_columns_count_code_points() -> None:
    index = LineIndex("é😀x")
    assert index.position(2) == (1, 3)
    assert index.span(0, 3) == Span(1, 1, 1, 4)


@given(st.text(alphabet="ab\r\n😀é\u2028", max_size=40))
def test_offset_and_position_agree(text: str) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        assert index.offset(*index.position(offset)) == offset


def test_a_byte_order_mark_is_dropped_and_other_encodings_are_refused() -> None:
    assert decode(b"\xef\xbb\xbfname: a") == "name: a"
    with pytest.raises(UnicodeDecodeError):
        decode("name: é".encode("latin-1"))


def test_spans_cover_and_contain() -> None:
    span = Span(1, 5, 2, 3)
    assert span.cover(Span(1, 2, 1, 4)) == Span(1, 2, 2, 3)
    assert [span.contains(*at) for at in ((1, 4), (1, 5), (2, 3), (2, 4))] == [False, True, True, False]


@given(st.text(alphabet="ab\r\n😀", max_size=20), st.tuples(*[st.integers(-2, 9)] * 4))
def test_a_clamped_span_lies_in_the_text(text: str, numbers: tuple[int, int, int, int]) -> None:
    index = LineIndex(text)
    span = index.clamp(Span(*numbers))
    assert span[:2] <= span[2:]
    for line, column in (span[:2], span[2:]):
        assert 1 <= line <= len(index)
        assert 1 <= column <= len(index.line_text(line)) + 1
    assert index.clamp(span) == span


def test_the_index_of_a_text_is_made_once() -> None:
    text = "a\nb" * 3
    assert line_index(text) is line_index(text)
    assert line_index(text).position(2) == (2, 1)
