"""When sources load: patterns with lateness and chance that come out the same every time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import Final

from stateaware.errors import UsageError
from stateaware.plan.clock import EARLIEST, UTC, aware, later, parse_moment
from stateaware.records import dataclass, replace
from stateaware.simulate.cron import Cron, CronError, parse_cron
from stateaware.simulate.tables import Table, TableError, shown

_DAY: Final = 86400
_WEEK: Final = 7
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WAYS: Final = ("every", "cron", "times", "history")
_KEYS: Final = (*_WAYS, "offset", "repeat", "late", "missing", "jitter")
_LIKE: Final = '[arrivals."raw.orders"] with every = "1h"'
_LOOK_BACK: Final = tuple(2 * 86400 * 8**power for power in range(4))
"""Seconds to look back for the last load before a simulation begins: two days, then up to three years."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one source loads: by ``every``, ``cron``, ``times`` or ``history``.

    Args:
        every: seconds between loads, counted from midnight UTC of 1970-01-01; 0 for not so.
        offset: seconds by which each of these is later.
        cron: an expression.
        times: single moments, as history has them.
        repeat: seconds after which all of ``times`` come again, and so on; 0 for never.
        history: files and folders that tell the times, as sources.json does. Whoever simulates reads them
            first: see `with_history`.
        late: the chance that a load comes late.
        late_by: seconds by which it then is.
        missing: the chance that a load does not come at all.
        jitter: each load comes up to so many seconds later, evenly spread.
    """

    every: int = 0
    offset: int = 0
    cron: Cron | None = None
    times: tuple[datetime, ...] = ()
    repeat: int = 0
    history: tuple[str, ...] = ()
    late: float = 0.0
    late_by: int = 0
    missing: float = 0.0
    jitter: int = 0

    def nominal(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """When it should load, from ``start`` to before ``end``."""
        if self.every:
            since = (start - _EPOCH).total_seconds() - self.offset
            moment = later(_EPOCH, int(-(-since // self.every)) * self.every + self.offset)
            step = timedelta(seconds=self.every)
            while moment < end:
                yield moment
                moment += step
        elif self.cron is not None:
            yield from self.cron.times(start, end)
        elif self.repeat and self.times:
            yield from self._repeated(start, end)
        else:
            yield from sorted(moment for moment in self.times if start <= moment < end)

    def _repeated(self, start: datetime, end: datetime) -> Iterator[datetime]:
        span = (max(self.times) - min(self.times)).total_seconds()
        passed = (start - min(self.times)).total_seconds() - span
        first = max(0, int(passed // self.repeat))
        last = int(max(0.0, (end - min(self.times)).total_seconds()) // self.repeat)
        found = {later(one, count * self.repeat) for count in range(first, last + 1) for one in self.times}
        yield from sorted(moment for moment in found if start <= moment < end)


NEVER: Final = Arrival()
"""A source that does not load."""
HOURLY: Final = Arrival(every=3600)
"""What is assumed of a source of which nobody states anything."""


def loads_of(source: str, arrival: Arrival, start: datetime, end: datetime, seed: int = 0) -> list[datetime]:
    """When a source loads: the last load before ``start``, and all from then to before ``end``, sorted.

    Whether one load is late or missing, and by how much it is off, depends on the source's name, the seed
    and the moment when it should come, and on nothing else: a longer simulation has the same loads.
    """
    slack = timedelta(seconds=arrival.jitter + arrival.late_by)
    since = max(EARLIEST + slack, start - slack) if start - EARLIEST > slack else EARLIEST
    found = _moved(source, arrival, arrival.nominal(since, end), seed)
    before = [moment for moment in found if moment < start]
    after = sorted(moment for moment in found if start <= moment < end)
    if not before:
        for seconds in _LOOK_BACK:
            earlier = later(since, -seconds)
            before = _moved(source, arrival, arrival.nominal(earlier, since), seed)
            if before or earlier == EARLIEST:
                break
    return [max(before), *after] if before else after


def _moved(source: str, arrival: Arrival, nominal: Iterable[datetime], seed: int) -> list[datetime]:
    if not (arrival.late or arrival.missing or arrival.jitter):
        return list(nominal)
    found = []
    for moment in nominal:
        missing, late, jitter = _draw(f"{seed}\0{source}\0{moment.isoformat()}")
        if missing < arrival.missing:
            continue
        seconds = int(jitter * (arrival.jitter + 1)) + (arrival.late_by if late < arrival.late else 0)
        found.append(later(moment, seconds))
    return found


def _draw(key: str) -> tuple[float, float, float]:
    """Three numbers from 0 to 1 that look random; the same on every machine and version of Python."""
    digest = blake2b(key.encode(), digest_size=24).digest()
    first, second, third = (int.from_bytes(digest[at : at + 8], "big") / 2**64 for at in (0, 8, 16))
    return first, second, third


def with_history(
    patterns: Mapping[str, Arrival], read: Callable[[tuple[str, ...]], Mapping[str, Sequence[datetime]]]
) -> dict[str, Arrival]:
    """The patterns with the loads of history in place of where it is written.

    ``read`` gives the loads that some files tell, by source. A source that they do not tell goes by the
    next pattern that fits. Without ``repeat`` it all comes again after its length in whole days, or in whole
    weeks where it is longer than six days.
    """
    known = {name: read(one.history) for name, one in patterns.items() if one.history}
    found = {name: one for name, one in patterns.items() if not one.history}
    for source in dict.fromkeys(key for loads in known.values() for key in loads):
        for name in _fitting(patterns, source):
            if name not in known:
                break
            times = tuple(known[name].get(source, ()))
            if times:
                arrival = patterns[name]
                repeat = arrival.repeat or _whole(times)
                found[source] = replace(arrival, times=times, repeat=repeat, history=())
                break
    return found


def _whole(times: Sequence[datetime]) -> int:
    days = -(-max(1.0, (max(times) - min(times)).total_seconds()) // _DAY)
    return int((days if days <= _WEEK - 1 else -(-days // _WEEK) * _WEEK) * _DAY)


def match_arrivals(patterns: Mapping[str, Arrival], sources: Iterable[str]) -> dict[str, Arrival]:
    """The arrival of each source that a pattern names.

    A pattern is a unique_id, ``SOURCE.TABLE``, or one of these with ``*``. A name goes before patterns,
    and of these the first that fits.
    """
    chosen = ((unique_id, next(_fitting(patterns, unique_id), None)) for unique_id in sources)
    return {unique_id: patterns[name] for unique_id, name in chosen if name is not None}


def _fitting(patterns: Mapping[str, Arrival], unique_id: str) -> Iterator[str]:
    """The patterns that fit a source, the one that counts first."""
    names = (unique_id, unique_id.split(".", 2)[-1])
    yield from (name for name in names if name in patterns)
    yield from (text for text in patterns if any(fnmatchcase(name, text) for name in names))


def read_arrivals(tables: object) -> dict[str, Arrival]:
    """What ``[arrivals]`` of a settings file says, by source or pattern.

    Raises:
        TableError: a key or value is wrong.
    """
    if not isinstance(tables, Mapping):
        raise TableError(
            f"must be a table of sources, not {shown(tables)}", remedy=f"Write it like this: {_LIKE}"
        )
    found = {}
    for name, values in tables.items():
        try:
            found[str(name)] = _read_arrival(values)
        except TableError as error:  # noqa: PERF203 - few
            raise error.below(str(name)) from None
    return found


def _read_arrival(values: object) -> Arrival:
    table = Table(values, _KEYS, _LIKE)
    kinds = [key for key in _WAYS if key in table]
    if len(kinds) > 1:
        raise TableError(
            f"cannot stand beside `{kinds[0]}`", (kinds[1],), "A source loads in one way: leave one out."
        )
    if not kinds:
        remedy = 'Give it one of every = "1h", cron, times, history.'
        raise TableError("does not say when it loads", remedy=remedy)
    if "offset" in table and kinds[0] != "every":
        raise TableError(f"says nothing beside `{kinds[0]}`", ("offset",), "Leave it out.")
    if "repeat" in table and kinds[0] not in ("times", "history"):
        raise TableError(f"says nothing beside `{kinds[0]}`", ("repeat",), "Leave it out.")
    every = table.read_length("every", least=60)
    late, late_by = _read_late(table)
    return Arrival(
        every,
        table.read_length("offset", most=max(0, every - 1)),
        _read_cron(table),
        _read_times(table),
        table.read_length("repeat", least=3600),
        table.read_texts("history"),
        late,
        late_by,
        table.read_chance("missing"),
        table.read_length("jitter"),
    )


def _read_cron(table: Table) -> Cron | None:
    if "cron" not in table:
        return None
    try:
        return parse_cron(table.read_text("cron"))
    except CronError as error:
        raise TableError(error.message, ("cron",), error.remedy) from None


def _read_times(table: Table) -> tuple[datetime, ...]:
    times = table.values.get("times", [])
    found = []
    for value in times if isinstance(times, list) else [times]:
        if isinstance(value, datetime) and value.tzinfo is not None:
            found.append(aware(value, "a load"))
            continue
        try:
            found.append(parse_moment(value if isinstance(value, str) else shown(value), "times"))
        except UsageError as error:
            raise TableError(
                f"must be moments with a zone, not {shown(value)}", ("times",), error.remedy
            ) from None
    return tuple(sorted(found))


def _read_late(table: Table) -> tuple[float, int]:
    if "late" not in table:
        return 0.0, 0
    try:
        inner = Table(table.values["late"], ("chance", "by"), 'late = { chance = 0.1, by = "30m" }')
        if "chance" not in inner or "by" not in inner:
            raise TableError(  # noqa: TRY301 - told from further up
                "needs a chance and a length", remedy='Write: late = { chance = 0.1, by = "30m" }'
            )
        return inner.read_chance("chance"), inner.read_length("by", least=1)
    except TableError as error:
        raise error.below("late") from None
