"""Durations of lag_tolerance, as dbt v2 reads them; the recorded cases state_dur_* pin more."""

from __future__ import annotations

import pytest

from stateaware.config.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4h", (4, "hour")),
        ("1 day", (1, "day")),
        ("36h", (36, "hour")),
        ("48h", (2, "day")),
        ("1h 30m", (90, "minute")),
        ("1h30m", (90, "minute")),
        ("30m 1h", (90, "minute")),
        ("1.5h", (90, "minute")),
        ("90s", (90, "second")),
        ("2w", (14, "day")),
        ("1M", (2630016, "second")),
        ("1000ms", (1, "second")),
        ("0", (0, "minute")),
        ("0s", (0, "minute")),
        ("0d", (0, "minute")),
    ],
)
def test_read(text: str, expected: tuple[int, str]) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "00",
        "0 ",
        "-1 day",
        "PT1H",
        "1 Day",
        "soon",
        "1500ms",
        ".5h",
        "h",
        "1h and 5m",
        "9" * 40 + "h",
    ],
)
def test_refused(text: str) -> None:
    assert parse_duration(text) is None
