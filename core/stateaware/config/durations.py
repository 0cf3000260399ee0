"""Duration strings of ``state.lag_tolerance``, as dbt v2 reads them (humantime's grammar)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

_UNITS: Final[dict[str, int | Fraction]] = {
    "nanos": Fraction(1, 10**9),
    "nsec": Fraction(1, 10**9),
    "ns": Fraction(1, 10**9),
    "usec": Fraction(1, 10**6),
    "us": Fraction(1, 10**6),
    "millis": Fraction(1, 1000),
    "msec": Fraction(1, 1000),
    "ms": Fraction(1, 1000),
    "seconds": 1,
    "second": 1,
    "secs": 1,
    "sec": 1,
    "s": 1,
    "minutes": 60,
    "minute": 60,
    "mins": 60,
    "min": 60,
    "m": 60,
    "hours": 3600,
    "hour": 3600,
    "hrs": 3600,
    "hr": 3600,
    "h": 3600,
    "days": 86400,
    "day": 86400,
    "d": 86400,
    "weeks": 604800,
    "week": 604800,
    "wks": 604800,
    "wk": 604800,
    "w": 604800,
    "months": 2630016,
    "month": 2630016,
    "M": 2630016,
    "years": 31557600,
    "year": 31557600,
    "yrs": 31557600,
    "yr": 31557600,
    "y": 31557600,
}
_PART: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ]+)")
_PERIODS: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
MAX_SECONDS: Final = 2**63 - 1


def parse_duration(text: str) -> tuple[int, str] | None:
    """Count and period (the largest unit that divides it), or None where dbt v2 rejects the text.

    ``1h 30m`` is (90, "minute"); zero is (0, "minute").
    """
    if text in ("0", "0s") or not text:
        return (0, "minute") if text else None
    total, at = Fraction(0), 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or part[2] not in _UNITS or len(part[1]) > 30:
            return None
        total += Fraction(part[1]) * _UNITS[part[2]]
        at = part.end()
    if total.denominator != 1 or total > MAX_SECONDS:
        return None
    seconds = int(total)
    if seconds == 0:
        return (0, "minute")
    for period, size in _PERIODS:
        if seconds % size == 0:
            return (seconds // size, period)
    return None
