"""Compares the cost of ``stateaware check`` with its peers: ``python tests/bench [--quick]``.

Every figure is a ratio of whole processes that ran in turns, so that a busy machine slows both: CPU
(user and system) and wall, medians. Peers: dbt v2 and dbt Core (``dbt parse``) where STATEAWARE_DBT_V2
names the binary and STATEAWARE_DBT_V1 the environment, reading every byte of the project, and
``python -c pass``. Everything is in the page cache.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generate import generate

FLOOR = """
import os, sys
stack, total = [sys.argv[1]], 0
while stack:
    with os.scandir(stack.pop()) as found:
        for entry in found:
            if entry.name.endswith(('.sql', '.yml')):
                handle = os.open(entry.path, 0)
                total += len(os.read(handle, 65536))
                os.close(handle)
            elif entry.is_dir():
                stack.append(entry.path)
sys.stdout.flush()
os._exit(0)
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of one process, and its peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


def run(command: list[str], folder: Path) -> Cost:
    """Run one process and measure it; a command that fails to start ends the benchmark."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def compare(ours: list[str], peer: list[str], folder: Path, times: int) -> tuple[float, float, Cost]:
    """Our cost over the peer's, CPU and wall, as medians of pairs that ran in turns; and our median cost."""
    pairs = [(run(ours, folder), run(peer, folder)) for _ in range(times)]
    mine = [pair[0] for pair in pairs]
    cost = Cost(
        statistics.median(c.cpu for c in mine),
        statistics.median(c.wall for c in mine),
        max(c.memory for c in mine),
    )
    cpu = statistics.median(a.cpu / max(b.cpu, 1e-9) for a, b in pairs)
    wall = statistics.median(a.wall / max(b.wall, 1e-9) for a, b in pairs)
    return cpu, wall, cost


def peers() -> dict[str, list[str]]:
    """The dbt engines that are installed here."""
    found = {}
    if binary := os.environ.get("STATEAWARE_DBT_V2"):
        found["dbt parse, v2"] = [binary, "parse", "--profiles-dir", ".", "--quiet"]
    if environment := os.environ.get("STATEAWARE_DBT_V1"):
        dbt = str(Path(environment) / "bin" / "dbt")
        found["dbt parse, Core"] = [dbt, "--quiet", "--no-partial-parse", "parse", "--profiles-dir", "."]
    return found


def report(what: str, cpu: float, wall: float, target: float | None, cost: Cost) -> bool:
    """Print a row; say whether the target holds."""
    holds = target is None or (cpu <= target and wall <= target)
    aim = "" if target is None else f"target {target:.3f}: {'holds' if holds else 'MISSED'}"
    print(
        f"{what:<44} cpu {cpu:7.3f}   wall {wall:7.3f}   {aim:<24} ours {cost.cpu:.2f} s cpu, {cost.wall:.2f} s"
    )
    return holds


def main() -> int:
    """Measure and print; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="small projects and few runs: does it work at all?"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 50_000], help="models")
    parser.add_argument("--times", type=int, default=5, help="pairs for each figure (dbt: at most 3)")
    options = parser.parse_args()
    sizes, times = ([60], 2) if options.quick else (options.sizes, options.times)
    import yaml

    print(
        f"YAML loader: {'libyaml' if yaml.__with_libyaml__ else 'pure Python'}; Python {sys.version.split()[0]}"
    )
    python, check = [sys.executable, "-c", "pass"], [sys.executable, "-m", "stateaware", "check", "-q"]
    good = [
        report("--version / python -c pass", *_pair([*check[:3], "--version"], python, Path(), times, 2.5))
    ]
    per_model: dict[int, float] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            generate(folder, size)
            floor = [sys.executable, "-c", FLOOR, name]
            run(floor, folder)
            row = _pair([*check, "--no-cache"], floor, folder, times, None)
            good.append(report(f"{size}: cold check / reading all bytes", *row))
            per_model[size] = row[3].cpu / size
            memory = row[3].memory
            holds = size != 10_000 or memory <= 150
            good.append(holds)
            print(f"{size}: peak memory {memory:.0f} MiB{'' if holds else '   MISSED: 150 at most'}")
            run(check, folder)
            target = 2.0 if size == 10_000 else None
            good.append(
                report(f"{size}: warm check / reading all bytes", *_pair(check, floor, folder, times, target))
            )
            if size > 10_000:
                continue
            for peer, command in peers().items():
                target = {1000: 1 / 7, 10_000: 1 / 15}.get(size) if peer.endswith("v2") else None
                row = _pair([*check, "--no-cache"], command, folder, min(times, 3), target)
                good.append(report(f"{size}: cold check / {peer}", *row))
    smallest, largest = min(per_model), max(per_model)
    if smallest != largest:
        growth = per_model[largest] / per_model[max(10_000, smallest) if 10_000 in per_model else smallest]
        print(
            f"cost of a model at {largest} over that at {10_000 if 10_000 in per_model else smallest}: {growth:.2f}"
        )
    return 0 if all(good) else 1


def _pair(
    ours: list[str], peer: list[str], folder: Path, times: int, target: float | None
) -> tuple[float, float, float | None, Cost]:
    cpu, wall, cost = compare(ours, peer, folder, times)
    return cpu, wall, target, cost


if __name__ == "__main__":
    sys.exit(main())
