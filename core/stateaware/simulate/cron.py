"""Cron expressions of five fields, in UTC, as the schedules of the dbt platform take them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from stateaware.plan.clock import LATEST, UTC
from stateaware.records import dataclass

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_DAYS: Final = "sun mon tue wed thu fri sat"
_FIELDS: Final = (
    ("minute", 0, 59, ""),
    ("hour", 0, 23, ""),
    ("day of the month", 1, 31, ""),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_SHORT: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_PART: Final = re.compile(r"(?P<from>\*|[0-9a-z]+)(?:-(?P<to>[0-9a-z]+))?(?:/(?P<step>[0-9]{1,4}))?")
_LONGEST_MONTH: Final = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_LONGEST: Final = 500
_EXAMPLE: Final = "Write it like this: 0 */2 * * 1-5"


class CronError(ValueError):
    """An expression that cannot be read; with what to write instead."""

    def __init__(self, message: str, remedy: str = _EXAMPLE) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Cron:
    """When an expression fires.

    Args:
        text: as it was written.
        minutes: sorted.
        hours: sorted, in UTC.
        days: of the month.
        months: 1 is January.
        weekdays: 0 is Sunday.
        last_day: whether the last day of the month (``L``) is one of the days.
        either: whether a day is meant that fits ``days`` or ``weekdays``, and need not fit both: so it is
            in cron where neither field begins with ``*``.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    last_day: bool
    either: bool

    def times(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every moment from ``start`` to before ``end``, in order; a day has 24 hours, all the year."""
        day = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        while day < end:
            if self.includes(day):
                for hour in self.hours:
                    for minute in self.minutes:
                        moment = day.replace(hour=hour, minute=minute)
                        if start <= moment < end:
                            yield moment
            if LATEST - day <= timedelta(days=1):
                return
            day += timedelta(days=1)

    def includes(self, day: datetime) -> bool:
        """Whether it fires on this day at all."""
        if day.month not in self.months:
            return False
        in_month = day.day in self.days or (self.last_day and day.day == monthrange(day.year, day.month)[1])
        in_week = day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.either else in_month and in_week


def parse_cron(text: str) -> Cron:
    """Read an expression.

    ``@hourly`` and the like stand for theirs. Lists, ranges, steps and the names of months and days are
    taken; ``L`` is the last day of the month. What other schedulers read in another way (seconds, ``W``,
    ``#``, a range that ends before it begins) is refused.

    Raises:
        CronError: it cannot be read, or never fires.
    """
    written = " ".join(text.lower().split())
    if len(written) > _LONGEST:
        raise CronError("is too long for a cron expression")
    if written.startswith("@"):
        if written not in _SHORT:
            raise CronError(f"`{text.strip()}` is no shorthand", f"There are {', '.join(_SHORT)}")
        written = _SHORT[written]
    fields = written.split(" ")
    if len(fields) != len(_FIELDS):
        told = "a cron expression has 5: minute, hour, day of the month, month, day of the week"
        more = "Leave out the seconds or the year: " if len(fields) in (6, 7) else ""
        raise CronError(f"has {len(fields)} fields, and {told}", (more + _EXAMPLE) if more else _EXAMPLE)
    last_day = False
    month_days = [part for part in fields[2].split(",") if part != "l"]
    if len(month_days) < len(fields[2].split(",")):
        last_day = True
    minutes, hours = (_field(fields[at], at) for at in (0, 1))
    days = _field(",".join(month_days), 2) if month_days else frozenset()
    months = _field(fields[3], 3)
    weekdays = frozenset(day % 7 for day in _field(fields[4], 4))
    either = not fields[2].startswith(("*", "?")) and not fields[4].startswith(("*", "?"))
    if not either and not last_day and all(min(days) > _LONGEST_MONTH.get(month, 31) for month in months):
        raise CronError("never fires: no such month has such a day")
    return Cron(
        text.strip(), tuple(sorted(minutes)), tuple(sorted(hours)), days, months, weekdays, last_day, either
    )


def _field(text: str, at: int) -> frozenset[int]:
    name, least, most, _ = _FIELDS[at]
    found: set[int] = set()
    for part in text.split(","):
        if part == "?" and at in (2, 4):
            found.update(range(least, most + 1))
            continue
        match = _PART.fullmatch(part)
        if match is None:
            raise CronError(f"has `{part}` as the {name}, which is not known here")
        step = int(match["step"] or 1)
        if match["from"] == "*":
            if match["to"]:
                raise CronError(f"has `{part}` as the {name}, which is not known here")
            first, last = least, most
        else:
            first = _number(match["from"], at, part)
            # `5/10` means from 5 on to some, and only 5 to others
            if match["step"] and not match["to"]:
                raise CronError(f"has `{part}` as the {name}", f"Say where it ends: {first}-{most}/{step}")
            last = _number(match["to"], at, part) if match["to"] else first
        if first > last:
            raise CronError(f"has `{part}` as the {name}, a range that ends before it begins")
        if not step:
            raise CronError(f"has `{part}` as the {name}, steps of 0")
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(text: str, at: int, part: str) -> int:
    name, least, most, names = _FIELDS[at]
    if names and text in names.split():
        return names.split().index(text) + least
    if not text.isdecimal() or len(text) > 2 or not least <= int(text) <= most:
        raise CronError(f"has `{part}` as the {name}, which goes from {least} to {most}")
    return int(text)
