"""Edit a project at random through a language server, and compare it with a fresh check after each burst.

    PYTHONPATH=tests python -m soak --edits 10000

Files are edited, also to what is no YAML and no Jinja, pasted into, undone, saved, closed, and written,
created, renamed and deleted past the editor. The same seed does the same things.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from soak.edits import act
from soak.session import Session

PROJECT: Final = Path(__file__).parents[2] / "examples" / "jaffle_shop_broken"
GROWTH: Final = 120
"""MiB by which the server's memory may grow after the first tenth of the edits."""


@dataclass
class Report:
    """What came out. ``memory`` is the server's, in MiB: early on, the most, and at the end."""

    edits: int = 0
    bursts: int = 0
    seconds: float = 0
    memory: list[float] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    exit_code: int | None = None

    @property
    def held(self) -> bool:
        """Whether the server agreed after every burst, left properly, and did not grow without end."""
        early, most, _ = self.memory or [0, 0, 0]
        return not self.differences and self.exit_code == 0 and most - early < GROWTH


async def run(seed: int, edits: int) -> Report:
    """Do so many edits."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    report = Report()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        shutil.copytree(PROJECT, root)
        session = Session(root)
        await session.start()
        sizes: list[float] = []
        try:
            while session.edits < edits and not report.differences:
                for _ in range(rng.randint(1, 18)):
                    act(session, rng)
                    if rng.random() < 0.3:
                        await asyncio.sleep(rng.random() * 0.01)
                session.mend()
                report.bursts += 1
                report.differences = _differences(await session.told(), session.expected())
                sizes.append(session.memory())
            report.exit_code = await session.stop()
        except Exception as error:  # noqa: BLE001 - a server that is gone is what is looked for
            report.differences.append(f"{type(error).__name__}: {error}")
        report.edits = session.edits
    if sizes:
        report.memory = [sizes[len(sizes) // 10], max(sizes), sizes[-1]]
    report.seconds = time.monotonic() - started
    return report


def _differences(told: object, expected: object) -> list[str]:
    assert isinstance(told, dict)
    assert isinstance(expected, dict)
    return [
        f"{file}:\n  told     {told.get(file)}\n  expected {expected.get(file)}"
        for file in sorted(told.keys() | expected.keys())
        if told.get(file) != expected.get(file)
    ]


def main() -> int:
    """Run the command: 0 where the server always agreed, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--edits", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed does other things")
    given = parser.parse_args()
    report = asyncio.run(run(given.seed, given.edits))
    print("\n".join(report.differences))
    early, most, last = report.memory or [0, 0, 0]
    print(
        f"seed {given.seed}: {report.edits:,} edits in {report.bursts:,} bursts and {report.seconds:,.0f} s, "
        f"{len(report.differences)} differences; memory {early:.0f} MiB early, {most:.0f} at most, {last:.0f} at the end; "
        f"exit code {report.exit_code}"
    )
    return 0 if report.held else 1


if __name__ == "__main__":
    sys.exit(main())
