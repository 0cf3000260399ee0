"""Where the graph of a plan comes from: the files of a project, or a manifest that dbt wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.project.artifacts import target_path
from stateaware.select.selectors import Selectors

if TYPE_CHECKING:
    from stateaware.artifacts.manifest import Manifest
    from stateaware.fingerprint.code import NodeCode
    from stateaware.plan.lineage import Lineage
    from stateaware.plan.measured import How, Version
    from stateaware.select.selectable import Selectable
    from stateaware.workspace import Project

_WAYS: Final[dict[str, How]] = {LOADED_AT_FIELD: "loaded_at_field", LOADED_AT_QUERY: "loaded_at_query"}


class Origin(Protocol):
    """What a plan asks of its graph; each part is worked out when it is asked for."""

    @property
    def kind(self) -> Literal["files", "manifest"]:
        """What it is."""

    @property
    def name(self) -> str:
        """The name of the project."""

    @property
    def engine(self) -> str:
        """Whose rules decided which value is in force."""

    @property
    def adapter(self) -> str:
        """The type of the warehouse; empty where it is not known."""

    @property
    def root(self) -> Path | None:
        """The folder of the project, where there is one."""

    @property
    def target(self) -> Path | None:
        """The folder of the artifacts that are read where none are named."""

    @property
    def manifest(self) -> Manifest | None:
        """The manifest, where the graph is that of one."""

    @property
    def files(self) -> Mapping[str, str]:
        """The nodes' files, relative to the project, by unique_id."""

    def lineage(self) -> Lineage:
        """The nodes with what is in force for them."""

    def unmeasured(self) -> Mapping[str, Version]:
        """The sources that dbt has no way to date."""

    def ways(self) -> Mapping[str, How]:
        """By what each source is measured."""

    def code(self) -> Mapping[str, NodeCode]:
        """The code of the nodes as it is now."""

    def selectable(self) -> Selectable:
        """What a selection can name."""

    def selectors(self) -> Selectors:
        """The selections that have names.

        Raises:
            SelectionError: they cannot be read.
        """


class FilesOrigin:
    """The graph of a project's files."""

    kind: Final = "files"
    manifest: Final = None

    def __init__(self, project: Project) -> None:
        self._project = project
        self.name = project.name
        self.engine: str = project.engine.name
        self.adapter = project.adapter or ""
        self.root: Path | None = project.root

    @property
    def target(self) -> Path | None:
        """Where dbt writes its artifacts."""
        return self._project.root / target_path(self._project.project_file, self._project.options.env)

    @property
    def files(self) -> Mapping[str, str]:
        """The nodes' files."""
        return {unique_id: node.file.file for unique_id, node in self._project.nodes.items()}

    def lineage(self) -> Lineage:
        """The nodes."""
        from stateaware.plan.project import lineage_of

        return lineage_of(self._project)

    def unmeasured(self) -> Mapping[str, Version]:
        """The sources without a date."""
        from stateaware.plan.project import unmeasured

        return unmeasured(self._project)

    def ways(self) -> Mapping[str, How]:
        """By what each source is measured, as far as the files tell."""
        found: dict[str, How] = {}
        for unique_id, source in self._project.sources.items():
            effective = source.config.effective if source.config is not None else {}
            for key, how in _WAYS.items():
                if key in effective and effective[key].value:
                    found[unique_id] = how
            found.setdefault(unique_id, "metadata")
        return found

    def code(self) -> Mapping[str, NodeCode]:
        """The code in the files."""
        from stateaware.fingerprint.project import code_by_id

        return code_by_id(self._project)

    def selectable(self) -> Selectable:
        """Models, source tables, seeds and snapshots."""
        from stateaware.select.project import from_project
        from stateaware.select.selectable import Selectable

        return Selectable(from_project(self._project), self.name)

    def selectors(self) -> Selectors:
        """Those of selectors.yml."""
        from stateaware.select.project import selectors_of

        return selectors_of(self._project)


class ManifestOrigin:
    """The graph of a manifest; ``root`` is the folder of its project, where that is at hand.

    The artifacts beside it are those that are read where none are named.
    """

    kind: Final = "manifest"

    def __init__(self, manifest: Manifest, root: Path | None = None) -> None:
        self.manifest: Manifest = manifest
        self.root = root
        self.name = manifest.project_name
        self.engine: str = manifest.engine
        self.adapter = manifest.adapter
        self.target: Path | None = manifest.path.parent

    @property
    def files(self) -> Mapping[str, str]:
        """The nodes' files; those of packages are relative to their package."""
        return self.manifest.files

    def lineage(self) -> Lineage:
        """The nodes, tests among them."""
        return self.manifest.lineage

    def unmeasured(self) -> Mapping[str, Version]:
        """The sources without a date."""
        return self.manifest.unmeasured

    def ways(self) -> Mapping[str, How]:
        """By what each source is measured."""
        return self.manifest.how

    def code(self) -> Mapping[str, NodeCode]:
        """The code in the manifest."""
        return self.manifest.code_in(self.root)

    def selectable(self) -> Selectable:
        """All that the manifest has."""
        from stateaware.select.selectable import Selectable

        return Selectable(self.manifest.resources, self.name)

    def selectors(self) -> Selectors:
        """Those of selectors.yml, as dbt has written them into the manifest."""
        return self.manifest.selectors


Ground: TypeAlias = "Project | Origin"
"""A project stands for its files."""


def origin_of(ground: Ground) -> Origin:
    """The origin that is meant."""
    from stateaware.workspace import Project

    return FilesOrigin(ground) if isinstance(ground, Project) else ground
