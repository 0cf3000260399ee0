"""Compares the cost of ``stateaware check`` with its peers: ``python tests/bench [--quick]``.

With ``--lsp`` it is what an editor waits for, in milliseconds, and beside it the server of dbt v2. With
``--plan`` it is what plans and simulations cost, and beside them ``dbt ls`` of dbt Core. Else every
figure is a ratio of whole processes, CPU (user and system) and wall, on generated projects without
generic tests. Peers: reading every byte of the project's files, ``python -c pass``, and ``dbt parse`` of
dbt v2 and dbt Core where STATEAWARE_DBT_V2 names the binary and STATEAWARE_DBT_V1 the environment. Files
are in the page cache, modules are compiled, and stateaware's own cache is in a folder that is deleted.
"""

from __future__ import annotations

import argparse
import compileall
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from editing import Editing, beside, mistakes  # noqa: E402 - beside this file
from generate import generate  # noqa: E402
from measure import Command, Ratio, compare, run  # noqa: E402
from planning import Planning  # noqa: E402

FLOOR: Final = """
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
"""Reads every file of a project (none is above 64 KiB in those made here) and does nothing with it."""

SETTLED: Final = 2.5
"""Seconds after which the cache takes a file for settled: what is younger is not believed."""

COLD_OVER_V2: Final = {1000: 1 / 7, 10_000: 1 / 15}
WARM_OVER_FLOOR: Final = {10_000: 2.0}
MOST_MEMORY: Final = {10_000: 150}
START: Final = 2.5
GROWTH: Final = 1.25
"""What a model of the larger project may cost over one of the smaller: 1 would be linear to the letter."""

PEERS_UP_TO: Final = 10_000
CORE_PAIRS: Final = {1000: 2, 10_000: 1}
"""dbt Core takes minutes."""


@dataclass(frozen=True)
class Row:
    """What was compared, how it came out, and the ratio that is the target (None where there is none)."""

    what: str
    ratio: Ratio
    target: float | None = None

    @property
    def met(self) -> bool:
        """Whether CPU and wall are within the target."""
        return self.target is None or max(self.ratio.cpu, self.ratio.wall) <= self.target


def show(row: Row) -> Row:
    """Print a row, with the load that the machine had."""
    ratio, ours, theirs = row.ratio, row.ratio.ours, row.ratio.theirs
    aim = "no target" if row.target is None else f"target {row.target:.3f} {'met' if row.met else 'NOT MET'}"
    print(
        f"{row.what:<42} cpu {ratio.cpu:7.3f}  wall {ratio.wall:7.3f}  {aim:<20}"
        f"  {ours.cpu:.2f}/{theirs.cpu:.2f} s cpu, {ours.wall:.2f}/{theirs.wall:.2f} s wall"
        f", n={ratio.pairs}, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return row


class Bench:
    """The commands that are compared, over projects below one folder."""

    def __init__(self, scratch: Path, pairs: int) -> None:
        self.scratch = scratch
        self.pairs = pairs
        self.results = scratch / "cache" / "results"

    def project(self, size: int) -> Path:
        """The generated project of a size."""
        return self.scratch / f"project_{size}"

    def make(self, size: int) -> None:
        """Generate a project, and read it once."""
        generate(self.project(size), size)
        run(self.floor(size))

    def python(self, *words: str, folder: Path | None = None) -> Command:
        """Our interpreter, as it was started, with a cache of its own."""
        cache = (("STATEAWARE_CACHE_DIR", str(self.scratch / "cache")),)
        return Command((sys.executable, *words), folder or self.scratch, cache)

    def check(self, size: int, *flags: str) -> Command:
        """A check of everything in a project."""
        return self.python("-m", "stateaware", "check", "-q", *flags, folder=self.project(size))

    def floor(self, size: int) -> Command:
        """Reading all bytes of a project."""
        return self.python("-c", FLOOR, str(self.project(size)))

    def dbt(self, binary: Path, size: int, *flags: str) -> Command:
        """A whole parse. What it writes stays outside the project, for us to have nothing more to read."""
        out = str(self.scratch / "dbt")
        words = ("parse", "--quiet", "--no-partial-parse", "--profiles-dir", ".")
        places = ("--target-path", out, "--log-path", out)
        environment = (("DBT_SEND_ANONYMOUS_USAGE_STATS", "false"), ("DO_NOT_TRACK", "1"))
        return Command((str(binary), *words, *places, *flags), self.project(size), environment)

    def fill(self, size: int) -> Path:
        """Have the result of a check stored; the file that holds it.

        Nothing is stored for a run that read files which had just changed, and the first run of a
        project leaves behind what failed, which the second reads.
        """
        for _ in range(5):
            time.sleep(SETTLED)
            run(self.check(size))
            stored = sorted(self.results.glob("*"), key=lambda path: path.stat().st_mtime_ns)
            if stored:
                time.sleep(SETTLED)
                return stored[-1]
        raise SystemExit("the check's result was not stored, so that there is nothing to measure")

    def start(self) -> Iterator[Row]:
        """The start of the program."""
        ours, theirs = self.python("-m", "stateaware", "--version"), self.python("-c", "pass")
        yield Row("--version / python -c pass", compare(ours, theirs, self.pairs * 3), START)

    def cold(self, size: int) -> Iterator[Row]:
        """A check that reads everything."""
        ours = self.check(size, "--no-cache")
        yield Row(f"{size}: cold / reading all bytes", compare(ours, self.floor(size), self.pairs))
        if size > PEERS_UP_TO:
            return
        if v2 := os.environ.get("STATEAWARE_DBT_V2"):
            pairs = self.pairs if size < PEERS_UP_TO else min(self.pairs, 3)
            ratio = compare(ours, self.dbt(Path(v2), size), pairs)
            yield Row(f"{size}: cold / dbt parse, v2", ratio, COLD_OVER_V2.get(size))
        if v1 := os.environ.get("STATEAWARE_DBT_V1"):
            ratio = compare(ours, self.dbt(Path(v1) / "bin" / "dbt", size), CORE_PAIRS.get(size, 1))
            yield Row(f"{size}: cold / dbt parse, Core", ratio)

    def warm(self, size: int) -> Iterator[Row]:
        """A check of what has not changed since the last."""
        stored = self.fill(size)
        before = stored.stat().st_mtime_ns
        ratio = compare(self.check(size), self.floor(size), self.pairs)
        if not stored.is_file() or stored.stat().st_mtime_ns != before:
            print(f"{size}: the stored result was replaced meanwhile, so this was not always warm:")
        yield Row(f"{size}: warm / reading all bytes", ratio, WARM_OVER_FLOOR.get(size))
        stored.unlink(missing_ok=True)

    def growth(self, small: int, large: int) -> Iterator[Row]:
        """The cost of a model in a larger project over that in a smaller one."""
        pair = [self.check(size, "--no-cache") for size in (large, small)]
        whole = compare(pair[0], pair[1], min(self.pairs, 3))
        factor = small / large
        ratio = Ratio(whole.cpu * factor, whole.wall * factor, whole.ours, whole.theirs, whole.pairs)
        yield Row(f"a model: cold at {large} / at {small}", ratio, GROWTH)

    def rows(self, sizes: list[int]) -> Iterator[Row]:
        """All rows, each as soon as it is there."""
        yield from self.start()
        for size in sizes:
            yield from self.cold(size)
            yield from self.warm(size)
        for small, large in pairwise(sizes):
            yield from self.growth(small, large)


def measure_server(bench: Bench, size: int) -> bool:
    """Measure and print what the language server does; whether all targets are met."""
    bench.make(size)
    v2 = os.environ.get("STATEAWARE_DBT_V2")
    dbt = Path(v2) if v2 else None
    server = bench.python("-m", "stateaware", "lsp")
    parse = bench.dbt(dbt, size) if dbt else None
    met = True
    for figure in Editing(bench.project(size), server, parse, bench.pairs).rows():
        print(f"{size}: {figure}", flush=True)
        met = met and figure.met
    if dbt:
        example = Path(__file__).parents[2] / "examples" / "jaffle_shop_broken"
        for line in beside(server, dbt, example, bench.scratch, "models/marts/_marts.yml"):
            print(line, flush=True)
        for line in mistakes(server, dbt, bench.scratch, 4 * bench.pairs):
            print(line, flush=True)
    return met


def measure_plans(bench: Bench, sizes: list[int]) -> bool:
    """Measure and print what plans and simulations cost; whether all targets are met."""
    v1 = os.environ.get("STATEAWARE_DBT_V1")
    dbt = Path(v1) / "bin" / "dbt" if v1 else None
    met = True
    for size in sizes:
        bench.make(size)
        ours = bench.python("-m", "stateaware")
        for figure in Planning(bench.project(size), size, ours, dbt, bench.scratch, bench.pairs).rows():
            print(f"{size}: {figure}", flush=True)
            met = met and figure.met
    return met


def main() -> int:
    """Measure and print; 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small projects, few runs: does it work at all?")
    parser.add_argument("--lsp", action="store_true", help="the language server, and not the command")
    parser.add_argument("--plan", action="store_true", help="plans and simulations")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 50_000], help="models")
    parser.add_argument(
        "--times", type=int, default=5, help="pairs for each figure (fewer where dbt is slow)"
    )
    options = parser.parse_args()
    sizes, times = ([60, 120], 2) if options.quick else (sorted(options.sizes), options.times)
    import yaml

    import stateaware

    compileall.compile_dir(Path(stateaware.__file__).parent, quiet=1)
    libyaml = "libyaml" if yaml.__with_libyaml__ else "pure Python"
    print(f"Python {sys.version.split()[0]}, YAML by {libyaml}, {os.cpu_count()} cores; ours/theirs")
    met = True
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name).resolve(), times)
        if options.lsp:
            sizes = [60] if options.quick else [size for size in sizes if size == PEERS_UP_TO] or sizes[-1:]
            return 0 if measure_server(bench, sizes[0]) else 1
        if options.plan:
            sizes = [60] if options.quick else [size for size in sizes if size <= PEERS_UP_TO]
            return 0 if measure_plans(bench, sizes) else 1
        for size in sizes:
            bench.make(size)
        for row in bench.rows(sizes):
            met = show(row).met and met
            size, _, rest = row.what.partition(": ")
            if rest == "cold / reading all bytes":
                most = MOST_MEMORY.get(int(size))
                memory = row.ratio.ours.memory
                aim = "" if most is None else f"  target {most} {'met' if memory <= most else 'NOT MET'}"
                met = met and (most is None or memory <= most)
                print(f"{size}: peak memory {memory:.0f} MiB{aim}", flush=True)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
