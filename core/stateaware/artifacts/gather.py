"""All that dbt's artifacts tell for a plan, from whatever of them is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from stateaware.artifacts.manifest import MANIFEST, Manifest, read_manifest
from stateaware.artifacts.reading import Artifact
from stateaware.artifacts.run_results import RUN_RESULTS, Runs, read_run_results
from stateaware.artifacts.sources import SOURCES, Measured, read_sources, version_text
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import How, Version
from stateaware.plan.modes import MODES
from stateaware.plan.state import Present, Record, State
from stateaware.records import dataclass, replace
from stateaware.rules.spans_of_time import listed

_MEASURED: Final = frozenset({"source", "external"})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What artifacts tell.

    Args:
        lineage: the one that was given, or that of the manifest.
        state: the last attempts of its nodes; not complete, since there may have been other runs.
        present: the versions of its sources.
        manifest: None where there is none.
        runs: all results, also of nodes that are not in the lineage.
        measured: all measurements, likewise.
        notes: what was left out and what to mind, each as a sentence without a stop.
    """

    lineage: Lineage
    state: State
    present: Present
    manifest: Manifest | None
    runs: Runs
    measured: Measured
    notes: tuple[str, ...]

    @property
    def durations(self) -> Mapping[str, timedelta]:
        """How long the last good build of each node took."""
        return self.runs.durations

    @property
    def files(self) -> tuple[Artifact, ...]:
        """The files that were read: the manifest, then results and measurements, the oldest first."""
        first = () if self.manifest is None else (self.manifest.artifact,)
        return (*first, *self.runs.files, *self.measured.files)

    def ages(self, at: datetime) -> dict[Path, timedelta]:
        """How old each file is at a moment; negative for one written later, without those that do not say."""
        times = ((artifact.path, artifact.generated_at) for artifact in self.files)
        return {path: at - time for path, time in times if time is not None}


def gather(
    target: Path | None = None,
    manifest: Path | Manifest | None = None,
    run_results: Iterable[Path] = (),
    sources: Iterable[Path] = (),
    lineage: Lineage | None = None,
    how: Mapping[str, How] | None = None,
) -> Gathered:
    """Read any mix of artifacts, also none.

    Args:
        target: dbt's target folder: of what is not named otherwise, the files in it are read that are there.
        manifest: the file, its folder, or what was read of it.
        run_results: files, or folders of runs.
        sources: likewise.
        lineage: that of the project's files, to be taken in place of the manifest's.
        how: by what each source is measured; else the manifest tells.

    Raises:
        ArtifactError: one that is named cannot be used, or one of the target folder.
    """
    return combine(*collect(target, manifest, run_results, sources, how), lineage)


def collect(
    target: Path | None = None,
    manifest: Path | Manifest | None = None,
    run_results: Iterable[Path] = (),
    sources: Iterable[Path] = (),
    how: Mapping[str, How] | None = None,
) -> tuple[Manifest | None, Runs, Measured]:
    """Read what `gather` reads, whatever graph it is for; arguments and errors are the same."""
    if manifest is None and target is not None and (target / MANIFEST).is_file():
        manifest = target / MANIFEST
    graph = read_manifest(manifest) if isinstance(manifest, Path) else manifest
    results, measurements = _paths(run_results, target, RUN_RESULTS), _paths(sources, target, SOURCES)
    ways = how if how is not None else graph.how if graph is not None else {}
    runs = read_run_results(results) if results else Runs()
    measured = read_sources(measurements, dict(ways)) if measurements else Measured()
    return graph, runs, measured


def combine(
    graph: Manifest | None, runs: Runs, measured: Measured, lineage: Lineage | None = None
) -> Gathered:
    """What these tell of the nodes of a lineage, else of those of the manifest."""
    if lineage is None:
        lineage = graph.lineage if graph is not None else Lineage(())
    versions: dict[str, Version] = {**(graph.unmeasured if graph is not None else {}), **measured.versions}
    records = {key: record for key, record in runs.records.items() if key in lineage.nodes}
    gathered = Gathered(
        lineage,
        State(complete=False),
        Present(versions={key: version for key, version in versions.items() if key in lineage.nodes}),
        graph,
        runs,
        measured,
        (),
    )
    return replace(
        gathered,
        state=State(_with_upstream(records, gathered), complete=False),
        notes=tuple(_notes(gathered)),
    )


def _paths(named: Iterable[Path], target: Path | None, name: str) -> list[Path]:
    found = list(named)
    if not found and target is not None and (target / name).is_file():
        found = [target / name]
    return found


def _with_upstream(records: Mapping[str, Record], gathered: Gathered) -> Iterator[Record]:
    """The records, each with what it has read where that is known of every parent."""
    sets = {mode.transparent for mode in MODES.values()}
    effective = [gathered.lineage.effective_parents(one) for one in sets]
    for unique_id, record in records.items():
        parents = dict.fromkeys(gathered.lineage.nodes[unique_id].parents)
        for one in effective:
            parents.update(dict.fromkeys(one.get(unique_id, ())))
        yield replace(record, upstream=_upstream(record, parents, gathered))


def _upstream(record: Record, parents: Iterable[str], gathered: Gathered) -> dict[str, str] | None:
    """The versions that a build has read; None where that of a source is not known.

    A parent that was built again since then is left out: it certainly has another version now.
    """
    built = gathered.runs.built.get(record.unique_id)
    if built is None or record.status != "success" or record.started_at is None:
        return None
    folder, found = built.artifact.path.parent, dict[str, str]()
    for parent in parents:
        node = gathered.lineage.nodes.get(parent)
        if node is None or node.kind in _MEASURED:
            version = _measured_before(parent, record.started_at, folder, gathered.measured)
            if version is None:
                return None
            found[parent] = version
        elif node.materialized != "ephemeral":
            before = gathered.runs.successes.get(parent)
            if before is None or before.own_version is None:
                return None
            if before.completed_at <= record.started_at:
                found[parent] = before.own_version
    return found


def _measured_before(source: str, start: datetime, folder: Path, measured: Measured) -> str | None:
    """The version that the sources.json beside a run's results has for the build that starts then."""
    for snapshot in reversed(measured.history.get(source, ())):
        if snapshot.artifact.path.parent == folder and snapshot.at <= start:
            return None if snapshot.loaded is None else version_text(snapshot.loaded)
    return None


def _notes(gathered: Gathered) -> Iterator[str]:
    if gathered.manifest is not None and gathered.lineage is gathered.manifest.lineage:
        yield from gathered.manifest.notes
    yield from gathered.runs.notes
    yield from gathered.measured.notes
    engines = {artifact.engine for artifact in gathered.files}
    if len(engines) > 1:
        yield "some artifacts are of dbt Core and some of dbt v2, which compile code differently"
    nodes = gathered.lineage.nodes
    kinds = {node.kind for node in nodes.values()}
    gone = [
        key
        for key in sorted({*gathered.runs.records, *gathered.measured.versions} - nodes.keys())
        if key.partition(".")[0] in kinds
    ]
    if gone:
        yield f"not in the project any more, or under another name: {listed(gone)}"
