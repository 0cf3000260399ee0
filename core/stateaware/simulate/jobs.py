"""Jobs: what starts when, with which selection and which switches; and the ``[jobs.NAME]`` of settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast, get_args

from stateaware.errors import did_you_mean
from stateaware.plan.modes import MODES, ModeName, Options
from stateaware.records import dataclass, replace
from stateaware.simulate.cron import Cron, CronError, parse_cron
from stateaware.simulate.schedule import (
    EVERY_DAY,
    STATUSES,
    WEEKDAYS,
    After,
    Daily,
    Schedule,
    Status,
    at_hours,
    every,
)
from stateaware.simulate.tables import Table, TableError, read_choice, read_text, shown

_KINDS: Final = ("every", "hours", "cron", "after")
_KEYS: Final = (
    *_KINDS,
    "offset",
    "days",
    "on",
    "select",
    "exclude",
    "selector",
    "target",
    "threads",
    "timeout",
    "state_aware",
    "efficient_testing",
    "full_refresh",
    "mode",
)
_LIKE: Final = '[jobs.hourly] with every = "1h"'
_LIKE_AFTER: Final = 'after = { project = "raw", job = "ingest", ends = "0 6 * * *" }'
_DAY_WORDS: Final = {"weekdays": (0, 1, 2, 3, 4), "weekend": (5, 6), "all": (0, 1, 2, 3, 4, 5, 6)}


@dataclass(frozen=True, slots=True)
class Job:
    """One job of an environment. All jobs of a simulation share one state.

    Args:
        name: as others refer to it.
        schedule: when it starts.
        select: as dbt's ``--select``; each an element of a union. Resolved by whoever simulates.
        exclude: as dbt's ``--exclude``.
        selector: a name in selectors.yml.
        target: dbt's target; None for the default one.
        threads: how many builds go on at a time; None for what the simulation says.
        timeout: seconds after which a run is cancelled; 0 for never.
        state_aware: False builds everything that is selected in each run. What was built is remembered
            all the same.
        efficient_testing: whether dbt may leave out and batch tests. It changes no build.
        full_refresh: whether it runs with ``--full-refresh``.
        mode: by whose rules is decided; None for what the simulation says.
    """

    name: str
    schedule: Schedule
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    selector: str | None = None
    target: str | None = None
    threads: int | None = None
    timeout: int = 0
    state_aware: bool = True
    efficient_testing: bool = False
    full_refresh: bool = False
    mode: ModeName | None = None

    @property
    def selects(self) -> bool:
        """Whether it takes a part of the project only."""
        return bool(self.select or self.exclude or self.selector)

    def options(self, base: Options) -> Options:
        """How a run of it is started, where ``base`` says what the job leaves open."""
        return replace(
            base,
            mode=self.mode or base.mode,
            force=base.force or not self.state_aware,
            full_refresh=base.full_refresh or self.full_refresh,
        )


def read_jobs(tables: object) -> tuple[Job, ...]:
    """The jobs that ``[jobs]`` of a settings file holds, in its order.

    Raises:
        TableError: a key or value is wrong, or a job waits for one that is not there or for itself.
    """
    if not isinstance(tables, Mapping):
        raise TableError(
            f"must be a table of jobs, not {shown(tables)}", remedy=f"Write it like this: {_LIKE}"
        )
    jobs = []
    for name, values in tables.items():
        try:
            jobs.append(_read_job(str(name), values))
        except TableError as error:  # noqa: PERF203 - few
            raise error.below(str(name)) from None
    _check_chains({job.name: job for job in jobs})
    return tuple(jobs)


def _read_job(name: str, values: object) -> Job:
    table = Table(values, _KEYS, _LIKE)
    if table.read_texts("select") and "selector" in table:
        raise TableError("cannot stand beside `select`", ("selector",), "Leave one of them out.")
    mode = table.read_choice("mode", "", tuple(MODES)) or None
    return Job(
        name,
        _read_schedule(table),
        select=table.read_texts("select"),
        exclude=table.read_texts("exclude"),
        selector=table.read_text("selector") or None,
        target=table.read_text("target") or None,
        threads=table.read_number("threads", 4, 1, 1000) if "threads" in table else None,
        timeout=table.read_length("timeout"),
        state_aware=table.read_flag("state_aware", default=True),
        efficient_testing=table.read_flag("efficient_testing", default=False),
        full_refresh=table.read_flag("full_refresh", default=False),
        mode=cast("ModeName | None", mode),
    )


def _read_schedule(table: Table) -> Schedule:
    kinds = [key for key in _KINDS if key in table]
    if not kinds:
        raise TableError("has no schedule", remedy='Give it one of every = "1h", hours = [6], cron, after.')
    if len(kinds) > 1:
        raise TableError(
            f"cannot stand beside `{kinds[0]}`", (kinds[1],), "A job has one schedule: leave one out."
        )
    kind = kinds[0]
    for key, fits in (("on", ("after",)), ("offset", ("every", "hours")), ("days", ("every", "hours"))):
        if key in table and kind not in fits:
            remedy = "A cron expression has its own days." if kind == "cron" else "Leave it out."
            raise TableError(f"says nothing beside `{kind}`", (key,), remedy)
    if kind == "after":
        return _read_after(table)
    if kind == "cron":
        try:
            return parse_cron(table.read_text("cron"))
        except CronError as error:
            raise TableError(error.message, ("cron",), error.remedy) from None
    days = _read_days(table)
    if kind == "hours":
        return at_hours(_read_hours(table), table.read_length("offset", most=3599), days)
    length = table.read_length("every", least=60, most=86400)
    return every(length, table.read_length("offset", most=length - 1), days)


def _read_hours(table: Table) -> tuple[int, ...]:
    hours = table.values["hours"]
    listed = hours if isinstance(hours, (list, tuple)) else [hours]
    for hour in listed:
        if not isinstance(hour, int) or isinstance(hour, bool) or not 0 <= hour <= 23:
            raise TableError(
                f"must be hours from 0 to 23, not {shown(hour)}", ("hours",), "They are UTC: hours = [9, 17]"
            )
    if not listed:
        raise TableError("names no hour", ("hours",), "They are UTC: hours = [9, 17]")
    return tuple(listed)


def _read_days(table: Table) -> frozenset[int]:
    found: set[int] = set()
    for text in table.read_texts("days"):
        word = text.lower()
        if word in _DAY_WORDS:
            found.update(_DAY_WORDS[word])
            continue
        day = next((at for at, name in enumerate(_LONG_DAYS) if word in (name, name[:3])), None)
        if day is None:
            meant = did_you_mean(word, (*_LONG_DAYS, *_DAY_WORDS))
            remedy = f"There are {', '.join(WEEKDAYS)}, {' and '.join(_DAY_WORDS)}."
            raise TableError(f"names `{text}`, which is no day" + (meant and f"; {meant}"), ("days",), remedy)
        found.add(day)
    if "days" in table and not found:
        raise TableError("names no day", ("days",), 'Write it like this: days = ["mon", "thu"]')
    return frozenset(found) or EVERY_DAY


_LONG_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _read_after(table: Table) -> After:
    value = table.values["after"]
    project = ends = None
    status: Status = "success"
    if isinstance(value, Mapping):
        try:
            inner = Table(value, ("job", "project", "ends", "status"), _LIKE_AFTER)
            job, project = inner.read_text("job"), inner.read_text("project") or None
            ends = _read_ends(inner)
            status = cast("Status", inner.read_choice("status", "success", STATUSES))
            if not job:
                raise TableError(  # noqa: TRY301 - told from further up
                    "names no job", remedy='Write it like this: after = { job = "ingest" }'
                )
        except TableError as error:
            raise error.below("after") from None
    else:
        job = read_text(value, "after")
    written = table.read_texts("on") or (("success",) if "on" not in table else ())
    if not written:
        raise TableError("names no status", ("on",), f"There are {', '.join(STATUSES)}.")
    on = [cast("Status", read_choice(word, "on", get_args(Status))) for word in written]
    return After(job, project, tuple(dict.fromkeys(on)), ends, status)


def _read_ends(inner: Table) -> Daily | Cron | None:
    """When a job of another project is taken to end: a length of time, or a cron expression."""
    if "project" not in inner:
        for key in ("ends", "status"):
            if key in inner:
                remedy = "When a job of this project ends comes out of the simulation."
                raise TableError("says nothing without `project`", (key,), remedy)
    if "ends" not in inner:
        if "status" in inner:
            raise TableError(
                "says nothing without `ends`", ("status",), 'Say when it ends too: ends = "0 6 * * *"'
            )
        return None
    text = inner.read_text("ends")
    if len(text.split()) < 5 and not text.startswith("@"):
        return every(inner.read_length("ends", least=60, most=86400))
    try:
        return parse_cron(text)
    except CronError as error:
        raise TableError(error.message, ("ends",), error.remedy) from None


def _check_chains(jobs: Mapping[str, Job]) -> None:
    for job in jobs.values():
        met = [job.name]
        after = job.schedule
        while isinstance(after, After) and after.project is None:
            if after.job not in jobs:
                # jobs of the file that wait for this one are told of their own name
                meant = did_you_mean(after.job, jobs)
                raise TableError(
                    f"names `{after.job}`, which is no job here" + (meant and f"; {meant}"),
                    (met[-1], "after"),
                    'A job of another project is written { project = "raw", job = "ingest" }.',
                )
            if after.job in met:
                raise TableError(
                    f"goes round in a circle: {', '.join(met)} wait for each other"
                    if len(met) > 1
                    else "names the job itself",
                    (job.name, "after"),
                    "Give one of them a schedule of its own.",
                )
            met.append(after.job)
            after = jobs[after.job].schedule
