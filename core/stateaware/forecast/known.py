"""What dbt's artifacts tell of earlier builds and of new data: read once, asked as often as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stateaware.artifacts.gather import Gathered, collect, combine
from stateaware.artifacts.manifest import Manifest
from stateaware.artifacts.reading import Artifact
from stateaware.artifacts.run_results import Runs
from stateaware.artifacts.sources import Measured
from stateaware.artifacts.then import built_code
from stateaware.fingerprint.code import NodeCode
from stateaware.forecast.code import Codes, Comparisons, compare_code
from stateaware.forecast.origin import Ground, Origin, origin_of
from stateaware.plan.lineage import Lineage
from stateaware.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Given:
    """Which artifacts are to be read: files or folders; ``nothing``: not even those of the target folder.

    ``state`` are the folders of ``--state``, whose results and measurements stand in the other two as well;
    ``state_file`` is a state file of our own, which counts beside all of these.
    """

    run_results: tuple[Path, ...] = ()
    sources: tuple[Path, ...] = ()
    nothing: bool = False
    state: tuple[Path, ...] = ()
    state_file: Path | None = None

    @property
    def anything(self) -> bool:
        """Whether some are named."""
        return bool(self.run_results or self.sources or self.state)


NOTHING_GIVEN: Final = Given()


@dataclass(frozen=True, slots=True)
class Known:
    """Artifacts that were read.

    ``before`` is the code of the last good builds, ``compared`` what was found of it beside files.
    """

    graph: Manifest | None
    runs: Runs
    measured: Measured
    before: Mapping[str, NodeCode]
    compared: Comparisons = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """Whether anything is known of builds or of new data."""
        return bool(self.runs.files or self.measured.files)

    @property
    def files(self) -> tuple[Artifact, ...]:
        """Those that were read: the manifest, then results and measurements, the oldest first."""
        first = () if self.graph is None else (self.graph.artifact,)
        return (*first, *self.runs.files, *self.measured.files)

    def about(self, lineage: Lineage) -> Gathered:
        """What they tell of the nodes of a lineage."""
        return combine(self.graph, self.runs, self.measured, lineage)

    def codes(self, origin: Origin) -> Codes:
        """The code of an origin beside that of the last good builds."""
        return compare_code(origin, self.before, self.compared)

    def forget_documents(self) -> None:
        """Let go of the files' contents, which are many times what was read of them.

        What was not asked of the manifest by then cannot be asked any more.
        """
        if self.graph is not None:
            _ = self.graph.unmeasured  # of all of it the only part that is needed again
        for artifact in self.files:
            artifact.data.clear()


def read_known(ground: Ground, given: Given) -> Known:
    """Read the artifacts that are given; without any those of the target folder, where they are there.

    For a manifest these are the ones beside it.

    Raises:
        ArtifactError: one of them cannot be used.
    """
    origin = origin_of(ground)
    target = origin.target if not given.anything and not given.nothing else None
    graph, runs, measured = collect(target, origin.manifest, given.run_results, given.sources, origin.ways())
    if not runs.files and not measured.files:
        return Known(graph, runs, measured, {})
    return Known(graph, runs, measured, built_code(runs, origin.root, graph))
