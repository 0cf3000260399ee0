"""What sources.json tells of new data: the last loading of each source table that dbt measured.

dbt replaces the file with every `dbt source freshness`, also where only some sources were selected;
several files make up for that. A source whose measurement failed, or that has no thresholds, is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from stateaware.artifacts.reading import Artifact, has_zone, read_artifacts, read_moment
from stateaware.artifacts.shapes import text
from stateaware.plan.clock import EARLIEST
from stateaware.plan.measured import How, Version
from stateaware.records import dataclass, field
from stateaware.rules.spans_of_time import listed

SOURCES: Final = "sources.json"
EMPTY: Final = "empty"
"""The version of a table without rows, for which dbt writes a time in the year 0001."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One measurement of a source: when it was made, and the last loading; None where it failed."""

    at: datetime
    loaded: datetime | None
    artifact: Artifact


@dataclass(frozen=True, slots=True)
class Measured:
    """Measurements together.

    Args:
        versions: the newest of each source.
        snapshots: when each of these was made.
        arrivals: every time of new data that any of the files knows, by source, in order.
        history: all measurements of each source, the oldest first.
        files: those that were read, the oldest first.
        notes: what was left out or looks odd, each as a sentence without a stop.
    """

    versions: dict[str, Version] = field(default_factory=dict)
    snapshots: dict[str, datetime] = field(default_factory=dict)
    arrivals: dict[str, list[datetime]] = field(default_factory=dict)
    history: dict[str, list[Snapshot]] = field(default_factory=dict)
    files: tuple[Artifact, ...] = ()
    notes: tuple[str, ...] = ()


def read_sources(paths: Iterable[Path], how: dict[str, How] | None = None) -> Measured:
    """Read files, each named itself, by its folder, or by a folder of runs; of each source the newest counts.

    ``how`` is by what a source is measured, by its unique_id; ``loaded_at_field`` where it is not here.

    Raises:
        ArtifactError: one that is named cannot be used, or a folder has none that can.
    """
    notes: list[str] = []
    files = read_artifacts(paths, "sources", notes)
    history: dict[str, list[Snapshot]] = {}
    naive: dict[str, None] = {}
    for artifact in files:
        for result in artifact.items("results"):
            unique_id, snapshot = result.get("unique_id"), _snapshot(result, artifact)
            if isinstance(unique_id, str) and snapshot is not None:
                history.setdefault(unique_id, []).append(snapshot)
                if snapshot.loaded is not None and not has_zone(result["max_loaded_at"]):
                    naive[unique_id] = None
    for known in history.values():
        known.sort(key=lambda snapshot: snapshot.at)
    ahead = [key for key, known in history.items() if _is_ahead(known[-1])]
    if naive:
        notes.append(f"times of new data without a zone are taken for UTC: {listed(naive)}")
    if ahead:
        notes.append(
            f"new data is dated after it was measured: {listed(ahead)}; what counts is when it was first seen"
        )
    ways = how or {}
    return Measured(
        {key: _version(known, ways.get(key, "loaded_at_field")) for key, known in history.items()},
        {key: known[-1].at for key, known in history.items()},
        {key: times for key, known in history.items() if (times := _arrivals(known))},
        history,
        tuple(files),
        tuple(notes),
    )


def _snapshot(result: dict[str, Any], artifact: Artifact) -> Snapshot | None:
    """A measurement. Status error and warn are verdicts on it; a runtime error has none."""
    loaded = read_moment(result.get("max_loaded_at"))
    if loaded is None and text(result.get("status")).lower() != "runtime error":
        return None
    at = read_moment(result.get("snapshotted_at")) or artifact.generated_at or EARLIEST
    return Snapshot(at, loaded, artifact)


def version_text(loaded: datetime) -> str:
    """What is compared; the year 0001 is no date and never calculated with."""
    return EMPTY if loaded.year == 1 else loaded.isoformat()


def _arrivals(known: list[Snapshot]) -> list[datetime]:
    return sorted({one.loaded for one in known if one.loaded is not None and one.loaded.year > 1})


def _is_ahead(snapshot: Snapshot) -> bool:
    return snapshot.loaded is not None and snapshot.loaded > snapshot.at


def _version(known: list[Snapshot], how: How) -> Version:
    """The newest measurement as a version.

    Where the time of the last row cannot be that of its coming (it lies ahead, or before that of an earlier
    measurement), the data came when it was first seen.
    """
    newest = known[-1]
    if newest.loaded is None:
        return Version(None, "failed")
    first = newest
    before: Snapshot | None = None
    for snapshot in reversed(known[:-1]):
        if snapshot.loaded is not None and snapshot.loaded != newest.loaded:
            before = snapshot
            break
        first = snapshot if snapshot.loaded is not None else first
    back = before is not None and before.loaded is not None and before.loaded > newest.loaded
    at = first.at if back or _is_ahead(newest) else newest.loaded
    return Version(version_text(newest.loaded), how, at)
