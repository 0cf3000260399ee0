"""How a simulation goes, beyond its jobs and arrivals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from stateaware.plan.modes import DEFAULT_OPTIONS, Options
from stateaware.records import dataclass, field
from stateaware.simulate.arrivals import HOURLY, Arrival
from stateaware.simulate.schedule import Status


@dataclass(frozen=True, slots=True)
class Completion:
    """A run of another project's job, as somebody states it."""

    at: datetime
    status: Status = "success"


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """What holds for a whole simulation.

    Args:
        plan: how each run is started, where its job does not say.
        threads: how many builds of a run go on at a time, where its job does not say.
        duration: seconds that a build takes, of nodes whose duration is not known.
        seed: of everything that comes by chance.
        arrival: how a source loads of which nobody states anything; None for leaving it as it is seen.
        selected: the unique_ids that a job takes, by its name; every job that selects must be here.
        completions: when jobs of other projects end, by ``PROJECT.JOB``.
    """

    plan: Options = DEFAULT_OPTIONS
    threads: int = 4
    duration: float = 60.0
    seed: int = 0
    arrival: Arrival | None = HOURLY
    selected: Mapping[str, Collection[str]] = field(default_factory=dict)
    completions: Mapping[str, tuple[Completion, ...]] = field(default_factory=dict)


DEFAULT: Final = SimulateOptions()
