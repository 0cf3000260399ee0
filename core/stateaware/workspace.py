"""A project read, resolved and ready to be asked: what ``check`` and the language server share."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from stateaware.config.code import CodeReader
from stateaware.config.contexts import Contexts
from stateaware.config.gather import resolve_models, resolve_sources
from stateaware.config.profiles import DOCUMENTED, PROFILES, EngineName, Profile
from stateaware.config.project_tree import TreeKind, TreeLevel, build_tree
from stateaware.config.reader import Reader
from stateaware.config.written import Written, list_written
from stateaware.errors import ProjectNotFound, ProjectUnreadable
from stateaware.facts.files import PackageFiles, list_files
from stateaware.facts.load import CodeFacts, PropertiesFacts, load_code, load_properties
from stateaware.facts.macros import Macros
from stateaware.graph.build import Graph, build_graph, list_entries
from stateaware.graph.nodes import ModelNode, PropertiesEntry, SourceNode
from stateaware.graph.parents import Parents
from stateaware.project.files import read_bytes
from stateaware.project.packages import MissingPackage, PackageSource, find_packages
from stateaware.project.project_file import PROJECT_FILE, ProjectFile, read_project_file
from stateaware.records import dataclass, field, replace
from stateaware.text.source import decode

if TYPE_CHECKING:
    from stateaware.project.profile_file import ProfileTarget


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a project is read.

    ``env`` is laid over the process environment; ``now`` is the clock for Jinja (None: the real one).
    ``profiles_dir`` is the folder of profiles.yml; without one it is looked for, also in ``working_dir``.
    ``everything`` parses also the files that the prefilter would skip. ``trusted`` allows rendering
    Jinja beyond constants. ``overlay`` gives the text of open editor buffers by absolute path.
    """

    profile: Profile = DOCUMENTED
    target: str | None = None
    vars: Mapping[str, object] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    adapter: str | None = None
    profiles_dir: Path | None = None
    working_dir: Path | None = None
    now: datetime | None = None
    everything: bool = False
    trusted: bool = True
    overlay: Mapping[str, bytes] = field(default_factory=dict)


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
        ProjectUnreadable: dbt_project.yml is not YAML or not UTF-8, so that every layer in it is missing.
    """
    document = project.project_file.document
    if project.project_file.readable:
        return project
    place = f":{document.problem.span.line}:{document.problem.span.column}" if document.problem else ""
    why = document.problem.message if document.problem else project.project_file.encoding_problem
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


class Inputs:
    """The files of a project and what each of them says, whatever the engine.

    What is asked for first is read first; nothing changes once read.
    """

    def __init__(self, root: Path, options: LoadOptions) -> None:
        self.root = root
        self._overlay = options.overlay
        self._everything = options.everything
        self._texts: dict[str, str | None] = {}
        self.package = PackageSource(root, "", self._project_file())

    def _project_file(self) -> ProjectFile:
        path = self.root / PROJECT_FILE
        try:
            return read_project_file(self.read(str(path)), PROJECT_FILE)
        except FileNotFoundError:
            raise ProjectNotFound(
                f"no {PROJECT_FILE} in {self.root}",
                "Run it in a dbt project, or name one: stateaware check path/to/project",
            ) from None
        except OSError as error:
            raise ProjectUnreadable(
                f"cannot read {path}: {(error.strerror or str(error)).lower()}", "Check its permissions."
            ) from None

    def read(self, path: str) -> bytes:
        """The bytes of a file by its absolute path; an open editor buffer comes before the disk."""
        data = self._overlay.get(path)
        return read_bytes(path) if data is None else data

    def text(self, file: str) -> str | None:
        """A file's text by its project-relative path; None where it cannot be read or decoded."""
        if file not in self._texts:
            try:
                self._texts[file] = decode(self.read(os.path.normpath(self.root / file)))
            except (OSError, UnicodeDecodeError):
                self._texts[file] = None
        return self._texts[file]

    @cached_property
    def _found(self) -> tuple[list[PackageSource], list[MissingPackage]]:
        return find_packages(self.package)

    @cached_property
    def packages(self) -> tuple[PackageSource, ...]:
        """The project itself, then its packages."""
        return (self.package, *self._found[0])

    @property
    def missing_packages(self) -> list[MissingPackage]:
        """Listed packages that are not there."""
        return self._found[1]

    @cached_property
    def package_files(self) -> dict[str, PackageFiles]:
        """The files of each package, by its name."""
        return {package.name: list_files(package, str(self.root)) for package in self.packages}

    @cached_property
    def properties(self) -> list[PropertiesFacts]:
        """Every properties file of the project and its packages."""
        return [
            load_properties(package, file, self.read, everything=self._everything)
            for package in self.packages
            for file in self.package_files[package.name].properties
        ]

    @cached_property
    def macros(self) -> Macros:
        """The macros of the project and its packages."""
        return Macros(self.packages, self.package_files, self.read)

    @cached_property
    def code(self) -> dict[str, CodeFacts]:
        """What each model file says, by its absolute path."""
        words = tuple(name.encode() for name in self.macros.setting)
        return {
            file.absolute: load_code(file, self.read, everything=self._everything, words=words)
            for files in self.package_files.values()
            for file in files.models
        }


class Project:
    """One dbt project with its packages under one engine: nodes, layers and effective values.

    What is asked for first is computed first; nothing changes once computed.
    """

    def __init__(self, inputs: Inputs, options: LoadOptions) -> None:
        self.inputs = inputs
        self.options = options
        self.profile = options.profile
        self.root = inputs.root
        self.package = inputs.package
        self.project_file = inputs.package.project_file
        self._siblings: dict[str, Project] = {options.profile.name: self}

    def under(self, engine: EngineName) -> Project:
        """The same project under another engine; files are not read again."""
        sibling = self._siblings.get(engine)
        if sibling is None:
            sibling = Project(self.inputs, replace(self.options, profile=PROFILES[engine]))
            sibling._siblings = self._siblings
            self._siblings[engine] = sibling
        return sibling

    @cached_property
    def profile_target(self) -> ProfileTarget:
        """The target and adapter of profiles.yml, read when first asked for."""
        from stateaware.project.profile_file import read_target

        return read_target(
            self.project_file,
            self.root,
            self.contexts.env,
            self.options.target,
            profiles_dir=self.options.profiles_dir,
            working_dir=self.options.working_dir,
        )

    @property
    def adapter(self) -> str | None:
        """The adapter's type (``snowflake``): from the options, else from profiles.yml; None if unknown."""
        return self.options.adapter or self.profile_target.adapter

    @property
    def target(self) -> str | None:
        """The name of the target: from the options, else from profiles.yml; None if unknown."""
        return self.options.target or self.profile_target.name

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

    @cached_property
    def contexts(self) -> Contexts:
        """The Jinja contexts of all places."""
        return Contexts(self.packages, self.inputs.macros, self.options, lambda: (self.target, self.adapter))

    @cached_property
    def readers(self) -> dict[str, Reader]:
        """Readers of properties files, by package."""
        return {p.name: Reader(self.profile, self.contexts.maker("properties", p)) for p in self.packages}

    @cached_property
    def entries(self) -> list[PropertiesEntry]:
        """The named items of all properties files."""
        return [
            entry
            for facts in self.properties
            if facts.tree is not None
            for entry in list_entries(facts, self.readers[facts.package.name])
        ]

    def _trees(self, kind: TreeKind) -> dict[str, TreeLevel]:
        trees = {}
        for package in self.packages:
            reader = Reader(self.profile, self.contexts.maker("project", package))
            trees[package.name] = build_tree(
                kind, package.project_file.node(kind), reader, package.project_file.file
            )
        return trees

    @cached_property
    def model_trees(self) -> dict[str, TreeLevel]:
        """The ``models:`` trees, by package."""
        return self._trees("models")

    @cached_property
    def source_trees(self) -> dict[str, TreeLevel]:
        """The ``sources:`` trees, by package."""
        return self._trees("sources")

    @cached_property
    def graph(self) -> Graph:
        """All nodes, with their effective values."""
        files = [(package, self.package_files[package.name]) for package in self.packages]
        graph = build_graph(files, self.inputs.code, self.entries, self.profile)
        code = CodeReader(self.profile, self.contexts, self.inputs.read)
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
        return Parents(self.graph, self.package_files, self.packages)

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
