"""Intervals of manifests as seconds and in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stateaware.rules.words import in_words

SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
"""dbt's periods; a day has 24 hours, whatever the calendar says."""


def seconds(rules: object) -> int | None:
    """The length of a ``{count, period}``, or None where it is none."""
    if not isinstance(rules, dict):
        return None
    count, period = rules.get("count"), rules.get("period")
    if not isinstance(count, int) or isinstance(count, bool) or not isinstance(period, str):
        return None
    size = SECONDS.get(period)
    return None if size is None else count * size


def time_words(rules: object) -> str:
    """``4 hours``; of a ``{count, period}`` that is complete."""
    return in_words(rules["count"], rules["period"]) if isinstance(rules, dict) else ""


def listed(names: Iterable[str], most: int = 3) -> str:
    """Names in a message, the first few: `` `a`, `b` and 4 more ``."""
    every = [f"`{name}`" for name in names]
    rest = len(every) - most
    if rest > 1:
        return f"{', '.join(every[:most])} and {rest} more"
    return " and ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)
