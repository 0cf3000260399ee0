"""The terminal captures of the guide: what commands print, shown below them in `console` blocks.

    python tests/e2e/captures.py     run every shown command again and write what it prints

Only `stateaware` commands that are shown with output count, and they run at the top of the checkout.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")])
_BLOCK: Final = re.compile(
    r"^```console\n(?P<command>\$ stateaware [^\n]*)\n(?P<output>(?!\$ |```).*?)^```", re.M | re.S
)
# What changes with the machine, and with every new rule.
_VARYING: Final = re.compile(r"[\d,.]+(?= items?\b| passed\b| s$)", re.M)


@dataclass(frozen=True, slots=True)
class Capture:
    """A command as shown, and the output shown below it."""

    command: str
    output: str

    def run(self) -> str:
        """What the command prints now."""
        dropped = ("GITHUB_ACTIONS", "COLUMNS", "FORCE_COLOR", "CLICOLOR_FORCE")
        env = {name: value for name, value in os.environ.items() if name not in dropped}
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(self.command)],
            cwd=ROOT,
            env={**env, "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return done.stdout


def captures(page: Path) -> Iterator[Capture]:
    """The captures of a page."""
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        yield Capture(found["command"].removeprefix("$ "), found["output"])


def steady(output: str) -> str:
    """An output without what varies."""
    return _VARYING.sub("N", output)


def refresh(page: Path) -> None:
    """Write what the commands of a page print now, where it is something else."""
    text = page.read_text("utf-8")
    for capture in captures(page):
        now = capture.run()
        if steady(now) != steady(capture.output):
            text = text.replace(f"$ {capture.command}\n{capture.output}", f"$ {capture.command}\n{now}")
    page.write_text(text, "utf-8")


if __name__ == "__main__":
    for each in PAGES:
        refresh(each)
