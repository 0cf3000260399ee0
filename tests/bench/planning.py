"""What a plan and a simulation cost: beside ``dbt ls`` of dbt Core, and in CPU seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from editing import Figure
from measure import Command, compare, run
from simulating import MOST, week

LS: Final = 1 / 5
"""Of the wall time of ``dbt ls`` that a plan of a manifest may take, at `LARGE` models."""
LARGE: Final = 10_000
MOST_PAGE: Final = {1000: 5.0}
"""MiB that the page of a simulated week may have, by the number of models."""
PAIRS: Final = {LARGE: 2}
"""dbt ls takes half a minute there."""


class Planning:
    """Measures one generated project.

    Args:
        project: its folder.
        size: how many models it has.
        ours: a command of ours with these arguments, in the project.
        dbt: the program of dbt Core; None where it is not there.
        scratch: a folder for what dbt writes.
        times: pairs for each figure.
    """

    def __init__(self, project: Path, size: int, ours: Command, dbt: Path | None, scratch: Path, times: int):
        self.project = project
        self.size = size
        self.ours = ours
        self.dbt = dbt
        self.target = scratch / f"target_{size}"
        self.times = min(times, PAIRS.get(size, 3))

    def rows(self) -> Iterator[Figure]:
        """All figures, each as soon as it is there."""
        files = self.stateaware("plan", "--no-state")
        if self.dbt is not None:
            ls = self.core("ls", "--output", "name")
            run(self.core("parse"))
            manifest = self.target / "manifest.json"
            size = manifest.stat().st_size / 2**20
            plan = self.stateaware("plan", "--manifest", str(manifest), "--no-state")
            run(ls)  # its partial parse is warm from here on
            aim = LS if self.size >= LARGE else None
            for what, ours, target in (("a manifest", plan, aim), ("the files", files, None)):
                ratio = compare(ours, ls, self.times)
                note = (
                    f"{ratio.ours.wall:.2f}/{ratio.theirs.wall:.2f} s wall, {ratio.ours.memory:.0f} MiB, "
                    f"n={ratio.pairs}, manifest of {size:.0f} MiB"
                )
                yield Figure(f"plan of {what} / dbt ls, Core, warm", ratio.wall, "wall", target, note)
        else:
            yield Figure("plan of the files", run(files).cpu, "s cpu")
        yield self.page()
        if self.size in MOST or self.size < min(MOST):
            simulation, seconds = week(self.size)
            totals = simulation.totals
            note = f"{totals.builds} builds, {totals.reuses} reuses"
            yield Figure("a simulated week of hourly runs", seconds, "s cpu", MOST.get(self.size), note)

    def page(self) -> Figure:
        """The page of a week of hourly runs."""
        file = self.target.with_suffix(".html")
        cost = run(self.stateaware("simulate", "--no-state", "--format", "html", "--output", str(file)))
        most = MOST_PAGE.get(self.size)
        note = f"{cost.cpu:.2f} s cpu"
        return Figure("page of a simulated week", file.stat().st_size / 2**20, "MiB", most, note)

    def stateaware(self, *words: str) -> Command:
        """A command of ours in the project."""
        return Command((*self.ours.words, *words), self.project, self.ours.environment)

    def core(self, command: str, *words: str) -> Command:
        """A command of dbt Core, whose partial parse stays beside its artifacts."""
        places = ("--profiles-dir", ".", "--target-path", str(self.target), "--log-path", str(self.target))
        environment = (("DBT_SEND_ANONYMOUS_USAGE_STATS", "false"), ("DO_NOT_TRACK", "1"))
        return Command((str(self.dbt), command, "--quiet", *places, *words), self.project, environment)
