"""One input, tried in a process that may be lost."""

from __future__ import annotations

import faulthandler
import gc
import resource
import shutil
import tempfile
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from fuzz.corpus import Files
from fuzz.examine import Broken, Care, Outcome, TooSlow, examine, measure
from fuzz.mutate import make_input

LOST_AFTER: Final = 60.0
"""Seconds of wall time after which a process counts as hung: some C code cannot be interrupted."""
MOST_ADDRESS_SPACE: Final = 3 * 2**30
DEEP_EVERY: Final = 25
ALL_EVERY: Final = 3
MEASURED_EVERY: Final = 101


@dataclass(frozen=True, slots=True)
class Failure:
    """A broken promise. ``signature`` is the same for the same cause."""

    seed: int
    number: int
    signature: str
    message: str
    details: str = ""

    def __str__(self) -> str:
        return f"{self.details}\n{self.signature}: {self.message}"


@dataclass(frozen=True, slots=True)
class Passed:
    """An input that was read as promised; ``memory`` is the most that its process ever had."""

    number: int
    outcome: Outcome
    seconds: float
    memory: int


def work(seed: int, numbers: list[int], results: Connection) -> None:
    """What a process does: read its inputs one after the other, and send what came of each."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESS_SPACE, MOST_ADDRESS_SPACE))
    gc.freeze()
    memory = Path("/dev/shm")  # noqa: S108 - a disk would take most of the time
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None) as base:
        for number in numbers:
            faulthandler.dump_traceback_later(LOST_AFTER, exit=True)
            results.send(attempt(seed, number, Path(base) / "p"))
            faulthandler.cancel_dump_traceback_later()


def care_for(number: int) -> Care:
    """How closely the input of a number is looked at."""
    return "deep" if number % DEEP_EVERY == 0 else "all" if number % ALL_EVERY == 0 else "check"


def attempt(seed: int, number: int, folder: Path) -> Passed | Failure:
    """Make an input, write it to a folder and read it."""
    return attempt_files(seed, number, make_input(seed, number).files, folder)


def attempt_files(seed: int, number: int, files: Files, folder: Path) -> Passed | Failure:
    """Read files as the input of a number."""
    started = time.process_time()
    try:
        if number % MEASURED_EVERY == 0:
            outcome = measure(files, folder)
        else:
            outcome = examine(files, folder, care_for(number))
    except (Exception, TooSlow) as error:  # noqa: BLE001 - to find those is what this is for
        return _failure(seed, number, error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Passed(number, outcome, seconds, memory)


def _failure(seed: int, number: int, error: BaseException) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/stateaware/" in frame.filename] or frames
    kind = type(error).__name__
    if isinstance(error, Broken):
        signature = f"{kind}: {' '.join(word for word in str(error).split()[:8] if not _is_number(word))}"
    elif isinstance(error, TooSlow):
        signature = f"{kind} in {' < '.join(frame.name for frame in ours[:-4:-1])}"
    else:
        last = ours[0] if isinstance(error, RecursionError) else ours[-1]
        signature = f"{kind} at {Path(last.filename).name}:{last.lineno} {last.name}"
    details = "".join(traceback.format_exception(error))
    return Failure(seed, number, signature, str(error)[:300], details[-6000:])


def _is_number(word: str) -> bool:
    return any(character.isdigit() for character in word) and not word.startswith("SA")
