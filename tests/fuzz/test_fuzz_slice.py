"""A part of ``python -m fuzz`` for every run of the tests, always the same inputs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.examine import Broken, as_json, check_printable
from fuzz.mutate import make_input
from fuzz.worker import Failure, attempt_files

TESTS = Path(__file__).parents[1]
SLICE = 8_000

_DIGESTS = """
import sys
from pathlib import Path
from fuzz.worker import Passed, attempt
for number in range(300):
    result = attempt(7, number, Path(sys.argv[1]))
    print(number, result.outcome.digest if isinstance(result, Passed) else result)
"""


def start(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(TESTS.parent / "core"), str(TESTS.parent / "lsp"), str(TESTS)])
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_mutated_projects_are_read_as_promised() -> None:
    done = start("-m", "fuzz", "--inputs", str(SLICE), "--seed", "3")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert f"{SLICE:,} inputs" in done.stdout


@pytest.mark.slow
def test_results_do_not_depend_on_how_python_hashes(tmp_path: Path) -> None:
    one, other = (start("-c", _DIGESTS, str(tmp_path / "p"), PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert one.returncode == other.returncode == 0, one.stderr + other.stderr
    assert one.stdout.splitlines() == other.stdout.splitlines()


def test_an_input_depends_on_its_number_alone() -> None:
    assert make_input(1, 17) == make_input(1, 17)
    assert make_input(1, 17).files != make_input(2, 17).files


def test_a_crash_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object, **options: object) -> object:
        raise KeyError("found")

    monkeypatch.setattr("fuzz.examine.run_project", crash)
    failure = attempt_files(1, 1, {"dbt_project.yml": b"name: a"}, tmp_path / "p")
    assert isinstance(failure, Failure)
    assert failure.signature.startswith("KeyError at ")


def test_a_hang_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*args: object, **options: object) -> object:
        while True:
            pass

    monkeypatch.setattr("fuzz.examine.run_project", hang)
    monkeypatch.setattr("fuzz.examine.SECONDS", 0.2)
    failure = attempt_files(1, 1, {"dbt_project.yml": b"name: a"}, tmp_path / "p")
    assert isinstance(failure, Failure)
    assert failure.signature.startswith("TooSlow in ")
    assert "hang" in failure.signature


def test_what_no_reader_takes_is_seen() -> None:
    with pytest.raises(Broken):
        as_json({"a": object()})
    with pytest.raises(Broken):
        check_printable("\x1b[2J")
