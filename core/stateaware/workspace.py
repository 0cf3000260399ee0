"""A project read, resolved and ready to be asked: what ``check`` and the language server share."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

from stateaware.config.code import CodeReader
from stateaware.config.contexts import Contexts
from stateaware.config.frame import Frame
from stateaware.config.gather import resolve_models, resolve_sources
from stateaware.config.plain import PlainSettings
from stateaware.config.profiles import PROFILES, EngineName, Profile
from stateaware.config.project_tree import TreeLevel
from stateaware.config.reader import Reader
from stateaware.config.rendering import Rendering
from stateaware.config.written import Written, list_written
from stateaware.errors import ProjectNotFound, ProjectUnreadable
from stateaware.facts.files import PackageFiles
from stateaware.facts.load import PropertiesFacts
from stateaware.graph.build import Graph, build_graph, list_entries
from stateaware.graph.nodes import ModelNode, PropertiesEntry, SourceNode
from stateaware.graph.parents import Parents
from stateaware.graph.snapshots import SnapshotNode, list_snapshots
from stateaware.inputs import Inputs, LoadOptions
from stateaware.project.packages import MissingPackage, PackageSource
from stateaware.project.project_file import PROJECT_FILE
from stateaware.records import cached_property, replace

if TYPE_CHECKING:
    from stateaware.project.profile_file import ProfileTarget


def find_project(start: Path) -> Path:
    """The folder of the nearest dbt_project.yml at a place or above it.

    Raises:
        ProjectNotFound: there is none.
    """
    place = start.absolute()
    for folder in (place, *place.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise ProjectNotFound(
        f"no {PROJECT_FILE} in {start} or above it",
        "Run it in a dbt project, or name one: stateaware check path/to/project",
    )


def require_readable(project: Project) -> Project:
    """The project, where its values can be trusted.

    Raises:
        ProjectUnreadable: dbt_project.yml is no map in YAML and UTF-8, so that every layer in it is missing.
    """
    document = project.project_file.document
    if project.project_file.readable:
        return project
    place = f":{document.problem.span.line}:{document.problem.span.column}" if document.problem else ""
    why = document.problem.message if document.problem else project.project_file.encoding_problem
    why = why or ("its top must be a map" if document.root is not None else "it is empty")
    raise ProjectUnreadable(
        f"{PROJECT_FILE}{place}: {why}", "No value can be told without it. stateaware check shows the place."
    )


def load_project(root: Path, options: LoadOptions) -> Project:
    """Read a project and its packages.

    Raises:
        ProjectNotFound: the folder has no dbt_project.yml.
        ProjectUnreadable: it cannot be read from disk. Mistakes *in* it are findings.
    """
    return Project(Inputs(root, options), options)


class Project:
    """One dbt project with its packages under one engine: nodes, layers and effective values.

    What is asked for first is computed first; nothing changes once computed.
    """

    def __init__(self, inputs: Inputs, options: LoadOptions, frames: dict[str, Frame] | None = None) -> None:
        """``frames`` are those of an earlier project, by engine, that hold here too; new ones are added."""
        self.inputs = inputs
        self.options = options
        self._frames = {} if frames is None else frames
        self.profile = options.profile
        self.root = inputs.root
        self.package = inputs.package
        self.project_file = inputs.package.project_file
        # weak, since what goes round in circles is freed late, and a whole graph hangs on it
        self._origin: ReferenceType[Project] = ref(self)
        self._siblings: dict[str, Project] = {}

    def under(self, engine: EngineName) -> Project:
        """The same project under another engine; files are not read again."""
        origin = self._origin() or self
        if engine == origin.profile.name:
            return origin
        sibling = origin._siblings.get(engine)
        if sibling is None:
            options = replace(self.options, profile=PROFILES[engine])
            sibling = Project(self.inputs, options, self._frames)
            sibling._origin = ref(origin)
            # at once, since two threads may ask
            sibling = origin._siblings.setdefault(engine, sibling)
        return sibling

    @property
    def frame(self) -> Frame:
        """The layers above the files, under this engine."""
        frame = self._frames.get(self.profile.name)
        if frame is None:
            # at once, since two threads may ask
            frame = self._frames.setdefault(self.profile.name, Frame(self.inputs, self.options))
        return frame

    @property
    def profile_target(self) -> ProfileTarget:
        """The target and adapter of profiles.yml."""
        return self.frame.profile_target

    @property
    def adapter(self) -> str | None:
        """The adapter's type (``snowflake``); None if unknown."""
        return self.frame.adapter

    @property
    def target(self) -> str | None:
        """The name of the target; None if unknown."""
        return self.frame.target

    @property
    def name(self) -> str:
        """The project's name."""
        return self.project_file.name

    @property
    def engine(self) -> Profile:
        """The profile by whose rules everything is computed."""
        return self.profile

    def text(self, file: str) -> str | None:
        """A file's text by its project-relative path; None where it cannot be read or decoded."""
        return self.inputs.text(file)

    @property
    def packages(self) -> tuple[PackageSource, ...]:
        """The project itself, then its packages."""
        return self.inputs.packages

    @property
    def missing_packages(self) -> list[MissingPackage]:
        """Listed packages that are not there."""
        return self.inputs.missing_packages

    @property
    def package_files(self) -> dict[str, PackageFiles]:
        """The files of each package, by its name."""
        return self.inputs.package_files

    @cached_property
    def properties(self) -> list[PropertiesFacts]:
        """The properties files that the engine reads."""
        hidden = self.profile.hidden_properties
        return [
            facts
            for facts in self.inputs.properties
            if hidden or not facts.file.path.rsplit("/", 1)[-1].startswith(".")
        ]

    @cached_property
    def unreadable_code(self) -> dict[str, str]:
        """Model files that could not be read, with the reason."""
        return {facts.file.file: facts.unreadable for facts in self.inputs.code.values() if facts.unreadable}

    @property
    def contexts(self) -> Contexts:
        """The Jinja contexts of all places."""
        return self.frame.contexts

    @property
    def readers(self) -> dict[str, Reader]:
        """Readers of properties files, by package."""
        return self.frame.readers

    @cached_property
    def entries(self) -> list[PropertiesEntry]:
        """The named items of all properties files."""
        return [
            entry
            for facts in self.properties
            if facts.tree is not None
            for entry in list_entries(facts, self.readers[facts.package.name])
        ]

    @property
    def model_trees(self) -> dict[str, TreeLevel]:
        """The ``models:`` trees, by package."""
        return self.frame.model_trees

    @property
    def source_trees(self) -> dict[str, TreeLevel]:
        """The ``sources:`` trees, by package."""
        return self.frame.source_trees

    @cached_property
    def rendering(self) -> Rendering:
        """What models do when dbt parses them."""
        return Rendering(self.contexts, self.inputs.read)

    @cached_property
    def graph(self) -> Graph:
        """All nodes, with their effective values."""
        files = [(package, self.package_files[package.name]) for package in self.packages]
        plain = self.plain
        graph = build_graph(
            files,
            self.inputs.code,
            self.entries,
            self.profile,
            lambda model: plain.model(model, "enabled") == "false",
        )
        code = CodeReader(self.profile, self.contexts, self.rendering)
        resolve_models(
            graph.models.values(), self.model_trees, self.name, self.readers, code.settings, self.profile
        )
        resolve_sources(graph.sources.values(), self.source_trees, self.name, self.readers, self.profile)
        return graph

    @property
    def models(self) -> dict[str, ModelNode]:
        """Models by unique_id."""
        return self.graph.models

    @property
    def sources(self) -> dict[str, SourceNode]:
        """Source tables by unique_id."""
        return self.graph.sources

    @cached_property
    def parents(self) -> Parents:
        """Who reads whom."""
        snapshots = partial(list_snapshots, self.packages, self.package_files, self.entries, self.inputs.read)
        return Parents(
            self.graph,
            self.package_files,
            self.packages,
            snapshots,
            self.rendering,
            self.inputs.macros,
            self.plain,
            self.profile,
        )

    @cached_property
    def plain(self) -> PlainSettings:
        """Settings of which only the words count."""
        return PlainSettings(
            self.packages,
            self.inputs.properties,
            self.frame,
            self.inputs.macros,
            self.rendering,
            self.inputs.read,
        )

    @property
    def snapshots(self) -> tuple[SnapshotNode, ...]:
        """All snapshots, disabled ones too."""
        return self.parents.snapshots

    @cached_property
    def written(self) -> list[Written]:
        """Every written setting, used by a node or not."""
        return list_written(self)

    @cached_property
    def files(self) -> list[str]:
        """Every file that was read, relative to the project."""
        found = [package.project_file.file for package in self.packages]
        found.extend(facts.file.file for facts in self.properties)
        for files in self.package_files.values():
            found.extend(file.file for file in files.models)
        return found

    @cached_property
    def broken_files(self) -> frozenset[str]:
        """YAML files of which at most a part could be read: nothing follows from what is not in them."""
        broken = {facts.file.file for facts in self.properties if facts.document.problem is not None}
        broken.update(
            package.project_file.file for package in self.packages if not package.project_file.readable
        )
        return frozenset(broken)

    @cached_property
    def marked_files(self) -> frozenset[str]:
        """Files in which the marker of ignore comments occurs."""
        found = {facts.file.file for facts in self.properties if facts.marked}
        found.update(facts.file.file for facts in self.inputs.code.values() if facts.marked)
        found.update(package.project_file.file for package in self.packages)
        return frozenset(found)

    @property
    def nodes(self) -> dict[str, ModelNode | SourceNode]:
        """Models and source tables by unique_id."""
        return {**self.graph.models, **self.graph.sources}
