"""What simulate and advise share: which jobs run, when sources load, and for how long."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from stateaware.check.settings_file import find_settings
from stateaware.cli.ground import Footing
from stateaware.cli.known import read_length
from stateaware.cli.parser import number
from stateaware.errors import UsageError
from stateaware.forecast.basis import Basis
from stateaware.forecast.origin import Ground
from stateaware.forecast.scenario import choose_jobs, read_arrival_options, run_scenario, with_loads
from stateaware.plan.modes import MODES, Options
from stateaware.records import dataclass
from stateaware.simulate.arrivals import Arrival
from stateaware.simulate.jobs import Job
from stateaware.simulate.options import SimulateOptions
from stateaware.simulate.results import Simulation


@dataclass(frozen=True, slots=True)
class Scenario:
    """A time that has not come yet; ``known_jobs`` are all of the settings, whether they take part or not."""

    jobs: tuple[Job, ...]
    known_jobs: tuple[str, ...]
    arrivals: Mapping[str, Arrival]
    start: datetime
    length: timedelta
    options: SimulateOptions

    def run(
        self, ground: Ground, basis: Basis, selected: Mapping[str, Collection[str]] | None = None
    ) -> Simulation:
        """Simulate it; ``selected`` is what the jobs take, where that is known already.

        Raises:
            SelectionError: the selection of a job cannot be read.
        """
        return run_scenario(
            ground,
            basis,
            self.jobs,
            self.arrivals,
            start=self.start,
            length=self.length,
            options=self.options,
            selected=selected,
        )


def add_scenario(parser: ArgumentParser) -> None:
    """The options for jobs, arrivals and the time."""
    time = parser.add_argument_group("the time")
    time.add_argument("--from", dest="start", metavar="TIME", help="the start, with a zone (default: now)")
    time.add_argument("--for", dest="length", metavar="LENGTH", default="7d", help="how long (default: 7d)")
    time.add_argument("--job", metavar="NAME", action="append", default=[], help="only this; may be repeated")
    time.add_argument(
        "--every", metavar="LENGTH", help="one job that runs so often, in place of the settings'"
    )
    time.add_argument(
        "--arrival",
        metavar="SOURCE=WHEN",
        action="append",
        default=[],
        help="when a source loads: raw.orders=15m, 'raw.*=0 6 * * *', raw.stores=never; may be repeated",
    )
    time.add_argument(
        "--history",
        metavar="PATH",
        action="append",
        default=[],
        help="sources load as a sources.json, or a folder of them, has seen it; may be repeated",
    )
    time.add_argument("--mode", choices=tuple(MODES), default="recommended", help="by whose rules")
    time.add_argument("--full-refresh", action="store_true", help="every run is one")
    time.add_argument(
        "--duration", metavar="LENGTH", default="1m", help="of a build of which none is known (default: 1m)"
    )
    time.add_argument("--threads", metavar="N", type=number, default=4, help="builds at a time (default: 4)")
    time.add_argument(
        "--seed", metavar="N", type=number, default=0, help="of everything that comes by chance"
    )


def read_scenario(arguments: Namespace, footing: Footing, start: datetime) -> Scenario:
    """What these options and the settings say.

    Raises:
        UsageError: an option has a wrong value.
    """
    length, duration = read_length(arguments.length, "--for"), read_length(arguments.duration, "--duration")
    if not 1 <= arguments.threads <= 1000:
        raise UsageError("--threads must be from 1 to 1000")
    settings = find_settings(footing.folder).values
    known = settings.get("jobs", ())
    stated = read_arrival_options(arguments.arrival)
    return Scenario(
        choose_jobs(known, arguments.job, arguments.every),
        tuple(job.name for job in known),
        with_loads(
            # first, and in place of the same name
            {**stated, **_history(arguments.history), **settings.get("arrivals", {}), **stated}
        ),
        start,
        length,
        SimulateOptions(
            plan=Options(mode=arguments.mode, full_refresh=arguments.full_refresh),
            threads=arguments.threads,
            duration=duration.total_seconds(),
            seed=arguments.seed,
        ),
    )


def _history(paths: list[str]) -> dict[str, Arrival]:
    for path in paths:
        if not Path(path).exists():
            raise UsageError(f"--history: there is no {path}", "Name a sources.json, or a folder of them.")
    return {"**": Arrival(history=tuple(paths))} if paths else {}
