"""Costs of whole processes, in pairs that run in turns, so that a busy machine slows both."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """A command line, where it runs, and what stands in its environment beside ours."""

    words: tuple[str, ...]
    folder: Path
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cost:
    """Seconds of one process (user and system time, and by the clock), and its peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


@dataclass(frozen=True)
class Ratio:
    """Our cost over another's: medians of the ratios of pairs, and the median cost of each."""

    cpu: float
    wall: float
    ours: Cost
    theirs: Cost
    pairs: int


def run(command: Command) -> Cost:
    """Run one process and measure it; one that fails ends the benchmark."""
    environment = {**os.environ, **dict(command.environment)}
    started = time.perf_counter()
    process = subprocess.Popen(
        command.words,
        cwd=command.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command.words)} ended with {process.returncode}")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * kilobyte / 2**20)


def compare(ours: Command, theirs: Command, pairs: int) -> Ratio:
    """Run both in turns, which of them first in turns too."""
    found: list[tuple[Cost, Cost]] = []
    for number in range(pairs):
        if number % 2:
            other = run(theirs)
            found.append((run(ours), other))
        else:
            mine = run(ours)
            found.append((mine, run(theirs)))
    return Ratio(
        statistics.median(a.cpu / max(b.cpu, 1e-9) for a, b in found),
        statistics.median(a.wall / max(b.wall, 1e-9) for a, b in found),
        _median([a for a, _ in found]),
        _median([b for _, b in found]),
        pairs,
    )


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
        max(cost.memory for cost in costs),
    )
