"""``modules.datetime`` and ``modules.pytz``: the real types, with a clock that is an input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from stateaware.cache.watch import note_clock
from stateaware.syntax.jinja.objects import Arguments, Fields, Function, Keywords
from stateaware.syntax.jinja.undecided import Undecided

if TYPE_CHECKING:
    from stateaware.syntax.jinja.machine import Machine

TIME_ATTRIBUTES: Final = frozenset(
    {
        "year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "days", "seconds",
        "microseconds", "weekday", "isoweekday", "isocalendar", "isoformat", "date", "time", "timetz",
        "replace", "astimezone", "timestamp", "total_seconds", "strftime", "toordinal", "utcoffset",
        "tzname", "dst", "localize", "zone", "normalize",
    }
)  # fmt: skip
"""The attributes of dates, times and zones that templates may use."""
TIME_TYPES: Final = (dt.date, dt.time, dt.timedelta, dt.tzinfo)


class Zone(dt.tzinfo):
    """A pytz time zone: one of the zone database, with ``localize`` and ``normalize``."""

    def __init__(self, zone: str, rules: dt.tzinfo) -> None:
        self.zone = zone
        self._rules = rules

    def localize(self, moment: dt.datetime, is_dst: object = None) -> dt.datetime:
        """A naive moment, taken to be in this zone."""
        return moment.replace(tzinfo=self)

    def normalize(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself: its offset follows from the zone's rules."""
        return moment

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta | None:
        """The offset from UTC."""
        return self._rules.utcoffset(self._own(moment))

    def dst(self, moment: dt.datetime | None) -> dt.timedelta | None:
        """The part of the offset that is daylight saving."""
        return self._rules.dst(self._own(moment))

    def tzname(self, moment: dt.datetime | None) -> str | None:
        """The abbreviation."""
        return self._rules.tzname(self._own(moment))

    def fromutc(self, moment: dt.datetime) -> dt.datetime:
        """A moment in UTC as this zone's clock shows it."""
        return self._rules.fromutc(moment.replace(tzinfo=self._rules)).replace(tzinfo=self)

    def _own(self, moment: dt.datetime | None) -> dt.datetime | None:
        return None if moment is None else moment.replace(tzinfo=self._rules)


def run_started_at(machine: Machine) -> dt.datetime:
    """The clock, in UTC."""
    machine.context.reads.used_clock = True
    note_clock()
    now = machine.context.now
    return now.astimezone(dt.timezone.utc) if now.tzinfo else now.replace(tzinfo=dt.timezone.utc)


def _now(machine: Machine, zone: dt.tzinfo | None = None) -> dt.datetime:
    now = run_started_at(machine)
    return now.astimezone(zone) if zone is not None else now.replace(tzinfo=None)


def _plain(name: str, function: Callable[..., Any]) -> Function:
    return Function(name, lambda _, arguments, keywords: function(*arguments, **keywords))


def _pytz_timezone(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    import zoneinfo

    name = str(arguments[0])
    if name.upper() == "UTC":
        return Zone(name, dt.timezone.utc)
    try:
        return Zone(name, zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return Undecided(f"the time zone {name!r} is not known on this machine", f"pytz.timezone({name})")


DATETIME: Final = Fields(
    "modules.datetime",
    {
        "datetime": Fields(
            "datetime",
            {
                "now": Function(
                    "now", lambda machine, arguments, keywords: _now(machine, *arguments, **keywords)
                ),
                "today": Function("today", lambda machine, *_: _now(machine)),
                "utcnow": Function("utcnow", lambda machine, *_: _now(machine)),
                "strptime": _plain("strptime", dt.datetime.strptime),
                "fromisoformat": _plain("fromisoformat", dt.datetime.fromisoformat),
                "combine": _plain("combine", dt.datetime.combine),
                "min": dt.datetime.min,
                "max": dt.datetime.max,
            },
            _plain("datetime", dt.datetime),
        ),
        "date": Fields(
            "date",
            {
                "today": Function("today", lambda machine, *_: _now(machine).date()),
                "fromisoformat": _plain("fromisoformat", dt.date.fromisoformat),
            },
            _plain("date", dt.date),
        ),
        "time": Fields(
            "time", {"fromisoformat": _plain("fromisoformat", dt.time.fromisoformat)}, _plain("time", dt.time)
        ),
        "timedelta": Fields("timedelta", {}, _plain("timedelta", dt.timedelta)),
        "timezone": Fields("timezone", {"utc": dt.timezone.utc}, _plain("timezone", dt.timezone)),
    },
)
UTC: Final = Zone("UTC", dt.timezone.utc)
PYTZ: Final = Fields(
    "modules.pytz", {"utc": UTC, "UTC": UTC, "timezone": Function("timezone", _pytz_timezone)}
)
