"""Runs the command line on projects that nobody should trust, and holds it to what it promises."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT_FILE = b"name: shop\nversion: '1.0'\nprofile: shop\n"
SECRET = "hunter2-s3cr3t"  # noqa: S105 - must never come out
SECONDS = 60
"""Wall time that any command may take here; a hang is what is looked for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process left."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        """Everything that was printed."""
        return self.out + self.err


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command: its own home and cache, a secret, and nothing of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STATEAWARE_", "GITHUB_", "DBT_", "XDG_"))
        and name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONIOENCODING")
    }
    path = os.pathsep.join([str(ROOT / "core"), str(ROOT / "lsp")])
    own = {
        "PYTHONPATH": path,
        "PYTHONWARNINGS": "error",
        "HOME": str(home),
        "DBT_ENV_SECRET_X": SECRET,
        "LC_ALL": "C.UTF-8",
    }
    return {**kept, **own, **(more or {})}


def write(root: Path, files: Mapping[str, bytes | str]) -> Path:
    """Write a project; dbt_project.yml where none is given."""
    for name, content in {"dbt_project.yml": PROJECT_FILE, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def run(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    codes: Iterable[int] = (0, 1, 4, 5),
    home: Path | None = None,
    **options: object,
) -> Outcome:
    """Run a command; it must end in time, with one of these codes, and without showing our inside."""
    done = subprocess.run(  # type: ignore[call-overload]
        [sys.executable, "-m", "stateaware", *arguments],
        cwd=cwd,
        env=environment(home or cwd.parent / "home", env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=SECONDS,
        **options,
    )
    out, err = (stream.decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
    outcome = Outcome(done.returncode, out, err)
    is_well_behaved(outcome, codes)
    return outcome


_ONE_BY_ONE = """
import sys
from stateaware.cli.main import run
for command in sys.argv[1:]:
    code = run(command.split())
    print(f"\\0{code}\\0", end="", flush=True)
"""


def run_each(commands: Iterable[str], cwd: Path, env: Mapping[str, str] | None = None) -> list[Outcome]:
    """Run commands one after the other in one process, since starting one takes longest."""
    done = subprocess.run(
        [sys.executable, "-c", _ONE_BY_ONE, *commands],
        cwd=cwd,
        env=environment(cwd.parent / "home", env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )
    parts = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    err = done.stderr.decode("utf-8", "surrogateescape")
    assert done.returncode == 0, err
    outcomes = [Outcome(int(code), out, "") for out, code in zip(parts[::2], parts[1::2], strict=False)]
    for outcome in (*outcomes, Outcome(0, "", err)):
        assert outcome.code in (0, 1, 4, 5), outcome
        is_well_behaved(Outcome(0, outcome.out, outcome.err))
    return outcomes


def is_well_behaved(outcome: Outcome, codes: Iterable[int] = (0, 1, 4, 5)) -> None:
    """No traceback, no confession of a bug, no secret, and an exit code that is documented."""
    told = f"exit {outcome.code}\n{outcome.out[-3000:]}\n{outcome.err[-3000:]}"
    assert "Traceback" not in outcome.all, told
    assert "bug of stateaware" not in outcome.all, told
    assert "Warning" not in outcome.err, told
    assert SECRET not in outcome.all, told
    assert outcome.code in tuple(codes), told
    if outcome.code == 4:
        assert outcome.err.startswith("stateaware: "), told


def shows_only_text(outcome: Outcome) -> None:
    """Nothing in the output makes a terminal do anything but show it."""
    for character in outcome.all:
        assert character in "\n" or character.isprintable() or character in "\u2028", ascii(outcome.all)
