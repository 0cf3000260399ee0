"""A week of hourly runs to simulate, over as many models as wanted."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Final

from stateaware.plan.lineage import Lineage
from stateaware.plan.nodes import Node, Waits, Window
from stateaware.plan.state import State
from stateaware.simulate.arrivals import Arrival
from stateaware.simulate.jobs import Job
from stateaware.simulate.options import SimulateOptions
from stateaware.simulate.results import Simulation
from stateaware.simulate.run import simulate
from stateaware.simulate.schedule import every

MOST: Final = {1000: 3.0, 10_000: 30.0}
"""CPU seconds that a week may take, by the number of models."""
START: Final = datetime(2026, 3, 2, tzinfo=timezone.utc)
_WAITS: Final[tuple[Waits, ...]] = ("any", "any", "any", "all")


def lineage_of(size: int) -> tuple[Lineage, dict[str, Arrival]]:
    """Models in layers, a quarter of them views, half of them with a window, over sources that jitter."""
    random = Random(size)  # noqa: S311 - nothing secret
    sources = [Node(f"source.p.raw.t{number}", kind="source") for number in range(max(3, size // 10))]
    models: list[Node] = []
    for number in range(size):
        pool = sources if number < size // 3 else models[max(0, number - size // 3) : number]
        read = random.sample(pool, min(len(pool), random.choice((1, 2, 2, 3))))
        window = Window(random.choice((0, 3600, 14400, 21600, 86400)), random.choice(_WAITS))
        models.append(
            Node(
                f"model.p.m{number}",
                parents=tuple(node.unique_id for node in read),
                materialized=random.choice(("table", "table", "table", "view")),
                build_after=window if random.random() < 0.5 else None,
            )
        )
    arrivals = {
        node.unique_id: Arrival(random.choice((3600, 7200, 86400)), jitter=random.choice((0, 600)))
        for node in sources
    }
    return Lineage((*sources, *models)), arrivals


def week(size: int) -> tuple[Simulation, float]:
    """A week of hourly runs with all its results, and the CPU seconds that it took."""
    lineage, arrivals = lineage_of(size)
    began = time.process_time()
    simulation = simulate(
        lineage,
        State(),
        jobs=(Job("hourly", every(3600), threads=16),),
        arrivals=arrivals,
        durations={},
        start=START,
        end=START + timedelta(days=7),
        options=SimulateOptions(duration=1.0),
    )
    assert simulation.totals.runs == 168
    return simulation, time.process_time() - began
