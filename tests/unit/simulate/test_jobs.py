"""Schedules, and job and arrival tables that are right and wrong."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from stateaware.check.settings_file import find_settings
from stateaware.errors import SettingsError
from stateaware.simulate.arrivals import Arrival
from stateaware.simulate.cron import CronError, parse_cron
from stateaware.simulate.jobs import Job, read_jobs
from stateaware.simulate.schedule import After, Daily

SUNDAY = datetime(2026, 3, 29, tzinfo=timezone.utc)  # Europe loses an hour on this day


def starts(job: dict[str, object], days: float = 1, start: datetime = SUNDAY) -> list[str]:
    (read,) = read_jobs({"it": job})
    assert not isinstance(read.schedule, After)
    return [f"{one:%a %H:%M}" for one in read.schedule.times(start, start + timedelta(days=days))]


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ({"every": "5h"}, ["Sun 00:00", "Sun 05:00", "Sun 10:00", "Sun 15:00", "Sun 20:00"]),
        ({"every": "12h", "offset": "4m"}, ["Sun 00:04", "Sun 12:04"]),
        ({"hours": [17, 9]}, ["Sun 09:00", "Sun 17:00"]),
        ({"hours": 3, "days": "weekend"}, ["Sun 03:00"]),
        ({"hours": [3], "days": ["Mon", "thursday"]}, []),
        ({"cron": "0 */6 * * sun"}, ["Sun 00:00", "Sun 06:00", "Sun 12:00", "Sun 18:00"]),
        ({"cron": "30 1-3 * * *"}, ["Sun 01:30", "Sun 02:30", "Sun 03:30"]),
        ({"cron": "0 */2 * * 1-5"}, []),
        ({"cron": "0 0 L * *"}, []),
        ({"cron": "0 7 29 * 1"}, ["Sun 07:00"]),
        ({"cron": "@daily"}, ["Sun 00:00"]),
    ],
)
def test_each_kind_of_schedule(job: dict[str, object], expected: list[str]) -> None:
    assert starts(job) == expected


def test_a_day_has_24_hours_all_the_year() -> None:
    for day in (SUNDAY, datetime(2026, 10, 25, tzinfo=timezone.utc)):
        assert len(starts({"every": "1h"}, start=day)) == 24
        assert len(starts({"cron": "@hourly"}, start=day)) == 24


def test_the_last_day_of_february() -> None:
    february = datetime(2028, 2, 1, tzinfo=timezone.utc)
    assert list(parse_cron("5 4 l 2 *").times(february, february + timedelta(days=40))) == [
        datetime(2028, 2, 29, 4, 5, tzinfo=timezone.utc)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "0 0 * * * *",
        "60 * * * *",
        "* 24 * * *",
        "0 0 0 * *",
        "0 0 30 2 *",
        "*/0 * * * *",
        "5/10 * * * *",
        "5-1 * * * *",
        "@reboot",
        "0 0 15W * *",
        "0 0 * * 1#2",
        "a * * * *",
        "*-3 * * * *",
        ", * * * *",
        "9" * 999,
        "² * * * *",
    ],
)
def test_cron_that_is_not_read(text: str) -> None:
    with pytest.raises(CronError) as caught:
        parse_cron(text)
    assert caught.value.message
    assert caught.value.remedy


def test_jobs_and_arrivals_of_a_settings_file(tmp_path: Path) -> None:
    (tmp_path / "stateaware.toml").write_text(
        """\
[jobs.ingest]
every = "12h"
select = "tag:raw"
timeout = "1h"
[jobs.marts]
after = "ingest"
on = ["success", "error"]
state_aware = false
[jobs.far]
after = { project = "raw", job = "load" }
[arrivals."raw.*"]
every = "1h"
late = { chance = 0.1, by = "30m" }
""",
        "utf-8",
    )
    values = find_settings(tmp_path).values
    assert values["jobs"] == (
        Job("ingest", Daily((0, 43200)), select=("tag:raw",), timeout=3600),
        Job("marts", After("ingest", None, ("success", "error")), state_aware=False),
        Job("far", After("load", "raw")),
    )
    assert values["arrivals"] == {"raw.*": Arrival(3600, late=0.1, late_by=1800)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jobs = 1\n", "1: `jobs` must be a table of jobs, not 1"),
        ("[jobs]\na = 1\n", "2: `jobs.a` must be a table, not 1"),
        ("[jobs.a]\n", "1: `jobs.a` has no schedule"),
        ('[jobs.a]\nevry = "1h"\n', "2: unknown key `evry`; did you mean `every`?"),
        ('[jobs.a]\nevery = "1h"\ncron = "@daily"\n', "3: `jobs.a.cron` cannot stand beside `every`"),
        ('[jobs.a]\nevery = "2d"\n', '2: `jobs.a.every` must be at most 1d, not "2d"'),
        ('[jobs.a]\nevery = "often"\n', '2: `jobs.a.every` must be a length of time, not "often"'),
        ("[jobs.a]\nevery = nan\n", "2: `jobs.a.every` must be a length of time, not nan"),
        ("[jobs.a]\nhours = [9, 24]\n", "2: `jobs.a.hours` must be hours from 0 to 23, not 24"),
        ("[jobs.a]\nhours = []\n", "2: `jobs.a.hours` names no hour"),
        ("[jobs.a]\nhours = [true]\n", "2: `jobs.a.hours` must be hours from 0 to 23, not true"),
        ('[jobs.a]\nhours = 1\ndays = ["moon"]\n', "3: `jobs.a.days` names `moon`, which is no day"),
        ('[jobs.a]\nhours = 1\non = "error"\n', "3: `jobs.a.on` says nothing beside `hours`"),
        ('[jobs.a]\ncron = "0 0 30 2 *"\n', "2: `jobs.a.cron` never fires: no such month has such a day"),
        ('[jobs.a]\nafter = "b"\n', "2: `jobs.a.after` names `b`, which is no job here"),
        ('[jobs.a]\nafter = "a"\n', "2: `jobs.a.after` names the job itself"),
        ('[jobs.a]\nafter = "b"\n[jobs.b]\nafter = "a"\n', "2: `jobs.a.after` goes round in a circle"),
        ('[jobs.a]\nafter = { job = "" }\n', '2: `jobs.a.after.job` must be a text, not ""'),
        ("[jobs.a]\nhours = 1\nthreads = 0\n", "3: `jobs.a.threads` must be a number from 1 to 1000, not 0"),
        (
            '[jobs.a]\nhours = 1\nstate_aware = "yes"\n',
            '3: `jobs.a.state_aware` must be true or false, not "yes"',
        ),
        ("[arrivals.x]\nmissing = 0.1\n", "1: `arrivals.x` does not say when it loads"),
        ('[arrivals.x]\ntimes = ["2026-01-01"]\n', "2: `arrivals.x.times` must be moments with a zone"),
        (
            '[arrivals.x]\nevery = "1h"\nmissing = 2\n',
            "3: `arrivals.x.missing` must be a chance from 0 to 1, not 2",
        ),
        (
            '[arrivals.x]\nevery = "1h"\nlate = {chance = 1}\n',
            "3: `arrivals.x.late` needs a chance and a length",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "stateaware.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        find_settings(tmp_path)
    assert caught.value.message.startswith(f"{file}:{message}")
