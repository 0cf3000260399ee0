"""Moments. Inside, every one has a time zone; one without is refused where it comes in."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

from stateaware.errors import UsageError

UTC: Final = timezone.utc
EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)


def aware(moment: datetime, what: str) -> datetime:
    """The moment in UTC.

    One that lies outside the calendar in UTC (year 0001 east of Greenwich) becomes the nearest inside it.

    Raises:
        ValueError: it has no time zone, so that nobody can tell when it was.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"{what} has no time zone: {moment.isoformat()}")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return EARLIEST if offset > timedelta(0) else LATEST


def parse_moment(text: str, what: str) -> datetime:
    """A moment of ISO 8601 with its zone: ``2026-11-22T09:00Z``, ``2026-11-22 10:00+01:00``.

    Raises:
        UsageError: it is none, or has no zone.
    """
    written = text.strip()
    # before 3.11 the standard library knows no Z
    plain = f"{written[:-1]}+00:00" if written[-1:] in ("Z", "z") else written
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        raise UsageError(f"{what}: `{text}` is no moment", "Write it like this: 2026-11-22T09:00Z") from None
    if moment.utcoffset() is None:
        remedy = f"Add it: {written}Z for UTC" if len(written) > 10 else f"Write it: {written}T00:00Z"
        raise UsageError(f"{what}: `{text}` has no time zone", remedy)
    return aware(moment, what)


def later(moment: datetime, seconds: int) -> datetime:
    """A moment some seconds on; the end of the calendar where that lies beyond it."""
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return LATEST if seconds > 0 else EARLIEST
