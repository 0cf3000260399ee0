"""Words for periods and durations, and keys that are nearly ours."""

from __future__ import annotations

import pytest

from stateaware.rules.keys import key_mistake, near_key
from stateaware.rules.words import interval_meant, number_meant, period_meant
from stateaware.syntax.tree import Entry, Mapping, Scalar
from stateaware.text.span import Span

HERE = Span.at(1, 1)
TEXT = Scalar("x", HERE)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hours", (1, "hour")),
        (" HRS. ", (1, "hour")),
        ("daily", (1, "day")),
        ("weeks", (7, "day")),
        ("sec", (1, "second")),
        ("hous", (1, "hour")),
        ("month", None),
        ("x", None),
        ("banana", None),
    ],
)
def test_period(text: str, meant: tuple[int, str] | None) -> None:
    assert period_meant(text) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("4", 4),
        (" +4 ", 4),
        ("4.0", 4),
        ("four", 4),
        (4.0, 4),
        (4.5, None),
        ("4.5", None),
        ("010", None),
        (True, None),
        (float("inf"), None),
        (None, None),
        ("9" * 400, None),
    ],
)
def test_number(value: object, meant: int | None) -> None:
    assert number_meant(value) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("4 hours", (4, "hour")),
        ("4h", (4, "hour")),
        ("every 30 minutes", (30, "minute")),
        ("every day", (1, "day")),
        ("two weeks", (14, "day")),
        ("PT90M", (90, "minute")),
        ("P1D", (1, "day")),
        ("120 seconds", (2, "minute")),
        (["4", "hour"], (4, "hour")),
        ("90 seconds", None),
        ("some hours", None),
        ("1 month", None),
        ("9999999999 hours", None),
        (["4"], None),
        (4, None),
    ],
)
def test_interval(value: object, meant: tuple[int, str] | None) -> None:
    assert interval_meant(value) == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("freshnes", "freshness"),
        ("freshenss", "freshness"),
        ("Freshness", "freshness"),
        ("fresh-ness", "freshness"),
        ("loadedAtField", "loaded_at_field"),
        ("loaded at query", "loaded_at_query"),
        ("sate", "state"),
        ("fresh", None),
        ("strategy", None),
        ("status", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_near_key(word: str, meant: str | None) -> None:
    assert near_key(word, ("freshness", "state", "loaded_at_field", "loaded_at_query")) == meant


def test_short_words_need_a_value_that_fits() -> None:
    fitting = Mapping((Entry(Scalar("lag_tolerance", HERE), TEXT),), HERE)
    mistake = key_mistake("model config", "sate", fitting)
    assert mistake is not None
    assert (mistake.kind, mistake.meant) == ("misspelt", "state")
    assert key_mistake("model config", "sate", TEXT) is None
    assert key_mistake("model config", "stage", TEXT) is None
