"""Read many mutated projects, and tell every promise that is broken.

    PYTHONPATH=tests python -m fuzz --inputs 100000

Each input has a number; the same seed and number give the same input. One that fails is shown and
tried again with --replay NUMBER; --reduce NUMBER makes it small.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fuzz.examine import write
from fuzz.mutate import make_input
from fuzz.reduce import reduce_input
from fuzz.run import Report, run
from fuzz.worker import Failure, attempt_files


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 where every promise was kept, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=100_000, help="how many (default: 100000)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other inputs")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--replay", type=int, metavar="NUMBER", help="read one input and show what happens")
    parser.add_argument(
        "--reduce", type=int, metavar="NUMBER", help="write the smallest input that fails alike"
    )
    parser.add_argument(
        "--into", type=Path, default=Path("fuzz-input"), help="the folder that --replay and --reduce write"
    )
    given = parser.parse_args(arguments)
    if given.replay is not None:
        return _replay(given.seed, given.replay, given.into)
    if given.reduce is not None:
        return _reduce(given.seed, given.reduce, given.into)
    report = run(given.seed, range(given.first, given.first + given.inputs), given.jobs, tell=_tell)
    print(summary(report))
    return 1 if report.failures else 0


def summary(report: Report) -> str:
    """The lines that close a run."""
    lines = [
        f"{len(group):6,} x {signature}\n         e.g. --seed {group[0].seed} --replay {group[0].number}: {group[0].message}"
        for signature, group in report.groups()
    ]
    lines.append(
        f"{report.inputs:,} inputs, {report.findings:,} findings, {report.refused:,} refused with a message, "
        f"{len(report.failures):,} failed in {report.seconds:,.0f} s; slowest {report.slowest:.2f} s, input {report.slowest_number}; "
        f"most memory {report.memory >> 20} MiB"
    )
    return "\n".join(lines)


def _tell(report: Report) -> None:
    numbers = ", ".join(str(failure.number) for failure in report.failures[-5:])
    last = f", the last: {numbers}" if numbers else ""
    print(f"{report.inputs:9,} inputs, {len(report.failures)} failed{last}", file=sys.stderr, flush=True)


def _replay(seed: int, number: int, into: Path) -> int:
    made = make_input(seed, number)
    result = attempt_files(seed, number, made.files, into)
    write(made.files, into)
    print(result)
    print(f"made from {made.origin}, changed {', '.join(made.changed)}; its files are in {into}")
    return int(isinstance(result, Failure))


def _reduce(seed: int, number: int, into: Path) -> int:
    files = reduce_input(seed, number, into)
    for name, data in files.items():
        print(f"{name}: {data!r}")
    print(f"written to {into}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
