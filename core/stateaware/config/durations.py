"""Duration strings of ``state.lag_tolerance``, as dbt v2 reads them (humantime's grammar)."""

from __future__ import annotations

import re
from typing import Final

_SECOND: Final = 1_000_000_000
_SPELLINGS: Final = (
    ("nanos nsec ns", 1),
    ("usec us", 1_000),
    ("millis msec ms", 1_000_000),
    ("seconds second secs sec s", _SECOND),
    ("minutes minute mins min m", 60 * _SECOND),
    ("hours hour hrs hr h", 3600 * _SECOND),
    ("days day d", 86_400 * _SECOND),
    ("weeks week wks wk w", 604_800 * _SECOND),
    ("months month M", 2_630_016 * _SECOND),
    ("years year yrs yr y", 31_557_600 * _SECOND),
)
_UNITS: Final = {name: size for names, size in _SPELLINGS for name in names.split()}
"""Nanoseconds by unit; a month is 30.44 days and a year 365.25, as in humantime."""
_PART: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ]+)")
_PERIODS: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
MAX_SECONDS: Final = 2**63 - 1


def parse_duration(text: str) -> tuple[int, str] | None:
    """Count and period (the largest unit that divides it), or None where dbt v2 rejects the text.

    ``1h 30m`` is (90, "minute"); zero is (0, "minute").
    """
    if text in ("0", "0s") or not text:
        return (0, "minute") if text else None
    total = at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or part[2] not in _UNITS or len(part[1]) > 30:
            return None
        whole, _, decimals = part[1].partition(".")
        size, rest = divmod(int(whole + decimals) * _UNITS[part[2]], 10 ** len(decimals))
        if rest:
            return None
        total += size
        at = part.end()
    seconds, rest = divmod(total, _SECOND)
    if rest or seconds > MAX_SECONDS:
        return None
    if seconds == 0:
        return (0, "minute")
    for period, size in _PERIODS:
        if seconds % size == 0:
            return (seconds // size, period)
    return None
