"""Many inputs over a few processes."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Final

from fuzz.worker import Failure, Passed, work

_TELL_EVERY: Final = 30.0
_processes: Final = multiprocessing.get_context("spawn")


@dataclass(slots=True)
class Report:
    """What came of a run so far. ``memory`` is the most that a process had, in bytes."""

    inputs: int = 0
    findings: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_number: int = 0
    memory: int = 0
    failures: list[Failure] = field(default_factory=list)
    digests: dict[int, str] = field(default_factory=dict)

    def add(self, one: Passed | Failure) -> None:
        """Count one input."""
        self.inputs += 1
        if isinstance(one, Failure):
            self.failures.append(one)
            return
        self.findings += one.outcome.findings
        self.refused += bool(one.outcome.refused)
        self.memory = max(self.memory, one.memory)
        self.digests[one.number] = one.outcome.digest
        if one.seconds > self.slowest:
            self.slowest, self.slowest_number = one.seconds, one.number

    def groups(self) -> list[tuple[str, list[Failure]]]:
        """The failures by their cause, the most frequent first."""
        groups: dict[str, list[Failure]] = {}
        for failure in self.failures:
            groups.setdefault(failure.signature, []).append(failure)
        return sorted(groups.items(), key=lambda group: -len(group[1]))


class _Job:
    """A process with the numbers that it still has to read, in its order."""

    def __init__(self, seed: int, numbers: list[int]) -> None:
        self.seed = seed
        self.left = numbers
        self.start()

    def start(self) -> None:
        self.connection, child = _processes.Pipe(duplex=False)
        self.process = _processes.Process(target=work, args=(self.seed, self.left, child), daemon=True)
        self.process.start()
        child.close()

    def receive(self) -> Passed | Failure | None:
        """The next result; None where the process ended and nothing is left."""
        try:
            result: Passed | Failure = self.connection.recv()
        except EOFError:
            self.process.join()
            if not self.left:
                return None
            # it hung, or something ended the process: Python could not tell about it any more
            lost = self.left[0]
            result = Failure(self.seed, lost, "process lost", f"exit code {self.process.exitcode}")
            self.left = self.left[1:]
            self.start()
            return result
        self.left = self.left[1:]
        return result


def run(seed: int, numbers: Sequence[int], jobs: int, tell: Callable[[Report], None] | None = None) -> Report:
    """Read the inputs of these numbers. A process that is lost counts as a failure of its input."""
    report = Report()
    started = told = time.monotonic()
    running: dict[Connection, _Job] = {}
    for share in range(jobs):
        job = _Job(seed, list(numbers[share::jobs]))
        running[job.connection] = job
    while running:
        for ready in wait(list(running)):
            job = running.pop(ready)  # type: ignore[arg-type]
            result = job.receive()
            if result is not None:
                report.add(result)
                running[job.connection] = job
        if tell is not None and time.monotonic() - told > _TELL_EVERY:
            told = time.monotonic()
            tell(report)
    report.seconds = time.monotonic() - started
    return report
