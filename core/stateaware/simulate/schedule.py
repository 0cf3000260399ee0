"""When a job starts: the schedules of the dbt platform, in UTC, without daylight saving time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from stateaware.plan.clock import LATEST, UTC
from stateaware.records import dataclass
from stateaware.simulate.cron import Cron

Status: TypeAlias = Literal["success", "error", "cancelled"]
STATUSES: Final[tuple[Status, ...]] = ("success", "error", "cancelled")
"""How a run of a job ends."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY: Final = frozenset(range(7))
_DAY: Final = 86400


@dataclass(frozen=True, slots=True)
class Daily:
    """At the same times of a day, on some days of the week.

    ``every n hours`` counts from midnight UTC, so that every 5 hours is 00:00, 05:00, … 20:00, 00:00.

    Args:
        seconds: the times, as seconds after midnight UTC, sorted.
        days: of the week; 0 is Monday.
    """

    seconds: tuple[int, ...]
    days: frozenset[int] = EVERY_DAY

    def times(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every moment from ``start`` to before ``end``, in order."""
        day = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        while day < end:
            if day.weekday() in self.days:
                for seconds in self.seconds:
                    moment = day + timedelta(seconds=seconds)
                    if start <= moment < end:
                        yield moment
            if LATEST - day <= timedelta(days=1):
                return
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class After:
    """When a run of another job ends.

    Args:
        job: its name.
        project: the project it belongs to; None for this one.
        on: how that run must have ended.
        ends: when runs of another project's job are taken to end; None where nobody states it here.
        status: how they are taken to end.
    """

    job: str
    project: str | None = None
    on: tuple[Status, ...] = ("success",)
    ends: Daily | Cron | None = None
    status: Status = "success"

    @property
    def name(self) -> str:
        """``project.job``, or the job alone."""
        return self.job if self.project is None else f"{self.project}.{self.job}"


Schedule: TypeAlias = Daily | Cron | After


def every(seconds: int, offset: int = 0, days: frozenset[int] = EVERY_DAY) -> Daily:
    """Every so many seconds, counted from midnight UTC, each time ``offset`` seconds later."""
    return Daily(tuple(range(offset, _DAY, seconds)), days)


def at_hours(hours: tuple[int, ...], offset: int = 0, days: frozenset[int] = EVERY_DAY) -> Daily:
    """At these hours, each time ``offset`` seconds later."""
    return Daily(tuple(sorted({hour * 3600 + offset for hour in hours})), days)
