"""Words that people write for periods, numbers and durations, and what they meant."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final[dict[str, tuple[int, str]]] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), (1, "second")),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minutely"), (1, "minute")),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "hourly"), (1, "hour")),
    **dict.fromkeys(("d", "day", "days", "daily"), (1, "day")),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "weekly"), (7, "day")),
}
"""What a word for a period stands for, as a number of dbt's periods."""

_LONGER: Final = frozenset(
    {"month", "months", "monthly", "mon", "quarter", "quarters", "year", "years", "yearly"}
)

_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
    )
}

_EVERY_PARENT: Final = frozenset({"all", "both", "every", "each", "everything"})
_ONE_PARENT: Final = frozenset({"any", "either", "one", "some", "first", "a"})

_PHRASE: Final = re.compile(r"(?:every\s+|after\s+)?(?:([0-9]+)\s*|([a-z]+)\s+)?([a-z]+)\Z")
_ISO: Final = re.compile(r"p(?:([0-9]+)([dw])|t([0-9]+)([hms]))\Z")


def period_meant(text: str) -> tuple[int, str] | None:
    """The period that a word stands for, with how many of it: ``hrs`` is (1, "hour"), ``week`` (7, "day").

    None where dbt has no such period (``month``) or the word means nothing.
    """
    word = text.strip().strip("\"'").lower().rstrip(".")
    if word in _UNITS:
        return _UNITS[word]
    if word in _LONGER:
        return None
    from stateaware.errors import nearest

    near = nearest(word, ("minute", "hour", "day", "minutes", "hours", "days")) if len(word) > 2 else None
    return _UNITS[near] if near is not None else None


def is_longer(text: str) -> bool:
    """Whether a word means a month or a longer time, which dbt has no period for."""
    return text.strip().lower() in _LONGER


def updates_on_meant(value: object) -> str | None:
    """``any`` or ``all``, whichever a wrong ``updates_on`` meant."""
    if not isinstance(value, str):
        return None
    word = value.strip().strip("\"'").lower()
    if word in _EVERY_PARENT:
        return "all"
    return "any" if word in _ONE_PARENT else None


def number_meant(value: object) -> int | None:
    """The whole number that a wrong count certainly meant: ``"4"``, ``4.0``, ``four``; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    if text in _NUMBERS:
        return _NUMBERS[text]
    if re.fullmatch(r"[+-]?(?:0|[1-9][0-9]{0,17})", text):
        return int(text)
    if re.fullmatch(r"[1-9][0-9]{0,14}\.0+", text):
        return int(text.split(".")[0])
    return None


def interval_meant(value: object) -> tuple[int, str] | None:
    """Count and period of an interval in words: ``4 hours``, ``4h``, ``PT4H``, ``daily``, ``[4, "hour"]``.

    Weeks come as days. None where it is no such phrase, or has no period that dbt knows.
    """
    if isinstance(value, list) and len(value) == 2:
        value = f"{value[0]} {value[1]}"
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    iso = _ISO.match(text)
    if iso is not None:
        return _times(iso[1] or iso[3], iso[2] or iso[4])
    phrase = _PHRASE.match(text)
    return None if phrase is None else _times(phrase[1] or phrase[2] or "1", phrase[3])


def _times(number: str, unit: str) -> tuple[int, str] | None:
    if len(number) > 9:
        return None
    count = int(number) if number.isdigit() else _NUMBERS.get(number)
    meant = _UNITS.get(unit)
    if count is None or meant is None:
        return None
    total, period = count * meant[0], meant[1]
    if period != "second":
        return total, period
    return (total // 60, "minute") if total and total % 60 == 0 else None


def in_words(count: object, period: object) -> str:
    """``4 hours``, ``1 day``."""
    return f"{count} {period}" if count == 1 else f"{count} {period}s"
