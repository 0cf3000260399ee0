"""What sources.json tells of new data: the last loading of each source table that dbt measured.

dbt replaces the file with every `dbt source freshness`, also where only some sources were selected;
several files make up for that. A source whose measurement failed, or that has no thresholds, is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from stateaware.artifacts.reading import Artifact, read_artifact, read_moment
from stateaware.plan.clock import EARLIEST
from stateaware.plan.measured import How, Version
from stateaware.records import dataclass, field

SOURCES: Final = "sources.json"
EMPTY: Final = "empty"
"""The version of a table without rows, for which dbt writes a time in the year 0001."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Measurements together.

    Args:
        versions: the newest of each source.
        snapshots: when each of these was made.
        arrivals: every time of new data that any of the files knows, by source, in order.
        files: those that were read, the oldest first.
    """

    versions: dict[str, Version] = field(default_factory=dict)
    snapshots: dict[str, datetime] = field(default_factory=dict)
    arrivals: dict[str, list[datetime]] = field(default_factory=dict)
    files: tuple[Artifact, ...] = ()


def read_sources(paths: Iterable[Path], how: dict[str, How] | None = None) -> Measured:
    """Read one or several files, each given itself or by its folder; of each source the newest counts.

    ``how`` is by what a source is measured, by its unique_id; ``loaded_at_field`` where it is not here.

    Raises:
        ArtifactError: one of them cannot be used.
    """
    files = [read_artifact(path / SOURCES if path.is_dir() else path, "sources") for path in paths]
    files.sort(key=lambda artifact: artifact.generated_at or EARLIEST)
    measured = Measured(files=tuple(files))
    for artifact in files:
        for result in artifact.items("results"):
            unique_id, loaded = result.get("unique_id"), read_moment(result.get("max_loaded_at"))
            if not isinstance(unique_id, str) or loaded is None:
                continue  # a runtime error has no measurement; warn and error are verdicts on one
            at = read_moment(result.get("snapshotted_at")) or artifact.generated_at or EARLIEST
            if loaded.year > 1:
                known = measured.arrivals.setdefault(unique_id, [])
                if loaded not in known[-1:]:
                    known.append(loaded)
            if at >= measured.snapshots.get(unique_id, EARLIEST):
                measured.snapshots[unique_id] = at
                measured.versions[unique_id] = _version(loaded, (how or {}).get(unique_id, "loaded_at_field"))
    for known in measured.arrivals.values():
        known.sort()
    return measured


def _version(loaded: datetime, how: How) -> Version:
    if loaded.year == 1:
        return Version(EMPTY, how, EARLIEST)
    return Version(loaded.isoformat(), how, loaded)
