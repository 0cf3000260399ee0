"""manifest.json: the graph with what is in force, the code, and what a selection can name.

Read is what both dbt Core (1.8 and later) and dbt v2 write; v2 leaves out what is null or the default.
Nodes of another shape than dbt writes are left out, or lose what cannot be read of them, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from stateaware.artifacts.reading import Artifact, read_artifact, uncollected
from stateaware.plan.lineage import Lineage
from stateaware.records import cached_property

if TYPE_CHECKING:
    from stateaware.fingerprint.code import NodeCode
    from stateaware.plan.measured import How, Version
    from stateaware.plan.nodes import Node
    from stateaware.select.resource import Resource
    from stateaware.select.selectors import Selectors

MANIFEST: Final = "manifest.json"
GROUPS: Final = (
    "nodes",
    "sources",
    "unit_tests",
    "exposures",
    "metrics",
    "semantic_models",
    "saved_queries",
    "functions",
)
"""The parts of a manifest that hold what can be selected, each by unique_id."""


def read_manifest(path: Path) -> Manifest:
    """Read a manifest, named itself or by its folder.

    Raises:
        ArtifactError: it is not there, too big, no JSON, of another kind, or too old.
    """
    return Manifest(read_artifact(path / MANIFEST if path.is_dir() else path, "manifest"))


class Manifest:
    """One manifest. Each part is worked out when it is first asked for.

    ``dbt_version``, ``adapter`` and ``project_name`` are empty where it does not say.
    """

    def __init__(self, artifact: Artifact) -> None:
        self.artifact = artifact
        metadata = artifact.data.get("metadata")
        self._metadata: dict[str, Any] = metadata if isinstance(metadata, dict) else {}
        self._code: dict[Path | None, Mapping[str, NodeCode]] = {}

    @property
    def path(self) -> Path:
        """The file."""
        return self.artifact.path

    @property
    def dbt_version(self) -> str:
        """Of the dbt that wrote it."""
        return self.artifact.dbt_version

    @property
    def engine(self) -> Literal["core", "fusion"]:
        """Which dbt wrote it."""
        return self.artifact.engine

    @property
    def generated_at(self) -> datetime | None:
        """When it was written, in UTC."""
        return self.artifact.generated_at

    @property
    def adapter(self) -> str:
        """The type of the warehouse: ``duckdb``."""
        found = self._metadata.get("adapter_type")
        return found if isinstance(found, str) else ""

    @property
    def project_name(self) -> str:
        """The name in dbt_project.yml."""
        found = self._metadata.get("project_name")
        return found if isinstance(found, str) else ""

    def group(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The entries of one of `GROUPS`, by unique_id; what is no object is passed over."""
        found = self.artifact.data.get(name)
        if isinstance(found, dict):
            for unique_id, entry in found.items():
                if isinstance(entry, dict):
                    yield unique_id, entry

    def disabled(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is switched off, by unique_id; not what is there under the same unique_id as well."""
        found = self.artifact.data.get("disabled")
        present = [self.artifact.data.get(name) for name in GROUPS]
        for unique_id, entries in found.items() if isinstance(found, dict) else ():
            entry = entries[0] if isinstance(entries, list) and entries else entries
            elsewhere = any(isinstance(group, dict) and unique_id in group for group in present)
            if isinstance(entry, dict) and not elsewhere:
                yield unique_id, entry

    @cached_property
    def _nodes(self) -> tuple[Lineage, tuple[str, ...]]:
        from stateaware.artifacts.manifest_nodes import read_nodes

        found: list[Node] = []
        with uncollected():
            notes = tuple(read_nodes(self, found))
            return Lineage(found), notes

    @property
    def lineage(self) -> Lineage:
        """Models, seeds, snapshots, tests, unit tests, sources and public models of other projects.

        Exposures, metrics, analyses and functions are no part of it: nothing is decided about them.
        """
        return self._nodes[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be read, each as a sentence without a stop."""
        return self._nodes[1]

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """What a selection can name, what is switched off included."""
        from stateaware.artifacts.manifest_resources import read_resources

        with uncollected():
            return tuple(read_resources(self))

    @property
    def code(self) -> Mapping[str, NodeCode]:
        """The code of models, seeds, snapshots and tests, by unique_id.

        For a seed that dbt has hashed it is dbt's own hash: `code_in` compares it with the file.
        """
        return self.code_in(None)

    def code_in(self, root: Path | None) -> Mapping[str, NodeCode]:
        """The code, with the seeds of the project in a folder beside their files."""
        from stateaware.artifacts.manifest_code import read_code

        if root not in self._code:
            with uncollected():
                self._code[root] = {node.unique_id: node for node in read_code(self, root)}
        return self._code[root]

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The file of each node and source, relative to its package, with forward slashes."""
        entries = (pair for name in ("nodes", "sources", "unit_tests") for pair in self.group(name))
        named = ((key, entry.get("original_file_path")) for key, entry in entries)
        return {key: file.replace("\\", "/") for key, file in named if isinstance(file, str) and file}

    @cached_property
    def selectors(self) -> Selectors:
        """The selectors of selectors.yml, which dbt writes with all their parts.

        Raises:
            SelectionError: they are not as dbt writes them.
        """
        from stateaware.artifacts.manifest_resources import read_manifest_selectors

        return read_manifest_selectors(self)

    @cached_property
    def how(self) -> Mapping[str, How]:
        """By what dbt would measure each source."""
        from stateaware.artifacts.manifest_sources import ways

        return dict(ways(self))

    @cached_property
    def unmeasured(self) -> Mapping[str, Version]:
        """The sources that dbt has no way to date, so that they count as new in every run.

        Of adapters that are not known here nothing is claimed.
        """
        from stateaware.artifacts.manifest_sources import undated

        return dict(undated(self))
