"""What run_results.json tells of earlier builds: how the last attempt of each node went, and when.

dbt replaces the file with every command, also with those that build nothing; several files, or folders
of them, make up for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from stateaware.artifacts.reading import Artifact, read_artifacts, read_moment
from stateaware.artifacts.shapes import maybe_text, table, text
from stateaware.plan.state import Record, Status
from stateaware.records import dataclass, field, replace
from stateaware.rules.spans_of_time import listed

RUN_RESULTS: Final = "run_results.json"
_LONGEST: Final = 1e8
"""Seconds; nobody builds a table for three years."""
_BUILDING: Final = frozenset({"build", "run", "seed", "snapshot", "retry", "test"})
"""The commands whose results are builds; the others write the file too, with the same words: compile and
docs generate build nothing, clone makes copies for another environment."""
_STATUSES: Final[dict[str, Status]] = {
    "success": "success",
    "pass": "success",
    "warn": "success",
    "partial success": "partial success",
    "error": "error",
    "runtime error": "error",
    "fail": "error",
}
"""Of attempts."""
_NO_ATTEMPT: Final = frozenset({"skipped", "no-op"})
_NOT_BUILT: Final = ("no-op", "clone", "reused", "skip")
"""How messages begin where a plugin of dbt Core left out a build and calls it a success, or v2 a test."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a good build was made of: its code, where the file has it, and the run."""

    artifact: Artifact
    compiled: str | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Runs:
    """Earlier runs together.

    Args:
        records: the last attempt of each node.
        successes: the last one that went well.
        durations: how long that took.
        built: what it was made of.
        files: those that were read, the oldest first.
        notes: what was left out, and what looks odd, each as a sentence without a stop.
    """

    records: dict[str, Record] = field(default_factory=dict)
    successes: dict[str, Record] = field(default_factory=dict)
    durations: dict[str, timedelta] = field(default_factory=dict)
    built: dict[str, Built] = field(default_factory=dict)
    files: tuple[Artifact, ...] = ()
    notes: tuple[str, ...] = ()


def read_run_results(paths: Iterable[Path]) -> Runs:
    """Read files, each named itself, by its folder, or by a folder of runs; the newest attempt counts.

    Raises:
        ArtifactError: one that is named cannot be used, or a folder has none that can.
    """
    notes: list[str] = []
    files = read_artifacts(paths, "run-results", notes)
    runs = Runs(files=tuple(files))
    renamed: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for artifact in files:
        if not _builds(artifact, notes):
            continue
        for result in artifact.items("results"):
            status = text(result.get("status")).lower()
            if status not in _STATUSES and status not in _NO_ATTEMPT and status != "reused":
                unknown[status] = None
            before = runs.built.get(text(result.get("unique_id")))
            _take(runs, result, artifact)
            relation = maybe_text(result.get("relation_name"))
            if before is not None and None not in (before.relation, relation) and before.relation != relation:
                renamed[result["unique_id"]] = None
    for unique_id, record in runs.records.items():
        if record.status == "error":  # what was there before it is still there
            good = runs.successes.get(unique_id)
            runs.records[unique_id] = replace(record, own_version=good.own_version if good else None)
    if renamed:
        notes.append(
            f"built under different names in these runs: {listed(renamed)}; where that is because they are "
            "runs of different targets, name those of one"
        )
    if unknown:
        notes.append(f"results with a status that is not known are left out: {listed(unknown)}")
    return replace(runs, notes=tuple(notes))


def _builds(artifact: Artifact, notes: list[str]) -> bool:
    arguments = table(artifact.data.get("args"))
    if arguments.get("empty") is True:
        notes.append(f"left out: {artifact.path} is of a run with --empty, which leaves tables without rows")
        return False
    which = arguments.get("which")
    return not isinstance(which, str) or which in _BUILDING


def _take(runs: Runs, result: dict[str, Any], artifact: Artifact) -> None:
    unique_id, status = result.get("unique_id"), _STATUSES.get(text(result.get("status")).lower())
    if not isinstance(unique_id, str):
        return
    if text(result.get("status")).lower() == "reused" or _was_reused(result):
        _touch(runs, unique_id, artifact)
        return
    started, completed = _execution(result.get("timing"))
    completed = completed or artifact.generated_at
    if status is None or completed is None:
        return
    record = Record(
        unique_id,
        completed_at=completed,
        started_at=started,
        status=status,
        own_version=f"built {completed.isoformat()}",
        touched_at=completed,
    )
    if _is_newest(record, runs.records):
        runs.records[unique_id] = record
    if status != "success" or not _is_newest(record, runs.successes):
        return
    runs.successes[unique_id] = record
    runs.built[unique_id] = Built(
        artifact, maybe_text(result.get("compiled_code")), maybe_text(result.get("relation_name"))
    )
    seconds = result.get("execution_time")
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 <= seconds < _LONGEST:
        runs.durations[unique_id] = timedelta(seconds=float(seconds))


def _is_newest(record: Record, known: dict[str, Record]) -> bool:
    before = known.get(record.unique_id)
    return before is None or before.completed_at <= record.completed_at


def _was_reused(result: dict[str, Any]) -> bool:
    return text(result.get("message")).lower().startswith(_NOT_BUILT)


def _touch(runs: Runs, unique_id: str, artifact: Artifact) -> None:
    """A build that is reused was looked at then, and does not expire."""
    at = artifact.generated_at
    for records in (runs.records, runs.successes):
        record = records.get(unique_id)
        if record is not None and at is not None and (record.touched_at is None or record.touched_at < at):
            records[unique_id] = replace(record, touched_at=at)


def _execution(timing: object) -> tuple[datetime | None, datetime | None]:
    for step in timing if isinstance(timing, list) else ():
        if isinstance(step, dict) and step.get("name") == "execute":
            return read_moment(step.get("started_at")), read_moment(step.get("completed_at"))
    return None, None
