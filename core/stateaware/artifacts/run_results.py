"""What run_results.json tells of earlier builds: how the last attempt of each node went, and when.

dbt replaces the file with every command, also with those that build nothing; several files, or folders
of them, make up for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from stateaware.artifacts.reading import Artifact, ArtifactError, read_artifact, read_moment
from stateaware.plan.clock import EARLIEST
from stateaware.plan.state import Record, Status
from stateaware.records import dataclass, field

RUN_RESULTS: Final = "run_results.json"
_MOST_FILES: Final = 10_000
_LONGEST: Final = 1e8
"""Seconds; nobody builds a table for three years."""
_BUILDING: Final = frozenset({"build", "run", "seed", "snapshot", "retry", "test", "clone"})
"""The commands whose results are builds; the others write the file too, with the same words."""
_STATUSES: Final[dict[str, Status]] = {
    "success": "success",
    "pass": "success",
    "warn": "success",
    "partial success": "partial success",
    "error": "error",
    "runtime error": "error",
    "fail": "error",
}
"""Of attempts. What is skipped, reused or no-op was not attempted."""
_NOT_BUILT: Final = ("no-op", "clone", "reused", "skip")
"""How messages begin where a plugin of dbt Core left out a build and calls it a success."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Earlier runs together.

    Args:
        records: the last attempt of each node.
        durations: how long its last good build took.
        files: those that were read, the oldest first.
    """

    records: dict[str, Record] = field(default_factory=dict)
    durations: dict[str, timedelta] = field(default_factory=dict)
    files: tuple[Artifact, ...] = ()


def find_run_results(path: Path) -> Iterator[Path]:
    """The files that are meant: one, that of a folder, or those of the folders in it."""
    if not path.is_dir():
        yield path
        return
    found = sorted([*path.glob(RUN_RESULTS), *path.glob(f"*/{RUN_RESULTS}"), *path.glob("run_results*.json")])
    if not found:
        raise ArtifactError(
            f"no {RUN_RESULTS} in {path}", "It is written by `dbt build`, into the target folder."
        )
    yield from dict.fromkeys(found[:_MOST_FILES])


def read_run_results(paths: Iterable[Path]) -> Runs:
    """Read one or several files, each given itself or by its folder; the newer one counts.

    Raises:
        ArtifactError: one of them cannot be used.
    """
    files = [read_artifact(file, "run-results") for path in paths for file in find_run_results(path)]
    files.sort(key=lambda artifact: artifact.generated_at or EARLIEST)
    runs = Runs(files=tuple(files))
    for artifact in files:
        for result in artifact.items("results") if _builds(artifact) else ():
            record = _record(result, artifact)
            if record is not None:
                _note(runs, record, result.get("execution_time"))
    return runs


def _note(runs: Runs, record: Record, seconds: object) -> None:
    known = runs.records.get(record.unique_id)
    if known is not None and known.completed_at > record.completed_at:
        return
    runs.records[record.unique_id] = record
    if record.status == "success" and isinstance(seconds, (int, float)) and 0 <= seconds < _LONGEST:
        runs.durations[record.unique_id] = timedelta(seconds=float(seconds))


def _builds(artifact: Artifact) -> bool:
    arguments = artifact.data.get("args")
    which = arguments.get("which") if isinstance(arguments, dict) else None
    return not isinstance(which, str) or which in _BUILDING


def _record(result: dict[str, Any], artifact: Artifact) -> Record | None:
    unique_id, written = result.get("unique_id"), result.get("status")
    if not isinstance(unique_id, str) or not isinstance(written, str):
        return None
    status = _STATUSES.get(written.lower())
    message = result.get("message")
    if status is None or (isinstance(message, str) and message.lower().startswith(_NOT_BUILT)):
        return None
    started, completed = _execution(result.get("timing"))
    completed = completed or artifact.generated_at
    if completed is None:
        return None
    return Record(
        unique_id,
        completed_at=completed,
        started_at=started,
        status=status,
        own_version=f"built {completed.isoformat()}",
        touched_at=completed,
    )


def _execution(timing: object) -> tuple[datetime | None, datetime | None]:
    for step in timing if isinstance(timing, list) else ():
        if isinstance(step, dict) and step.get("name") == "execute":
            return read_moment(step.get("started_at")), read_moment(step.get("completed_at"))
    return None, None
