"""The files of a project and what each of them says: the part that is the same for every engine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from stateaware.config.profiles import DOCUMENTED, Profile
from stateaware.errors import ProjectNotFound, ProjectUnreadable
from stateaware.facts.files import PackageFiles, ResourceFile, list_files
from stateaware.facts.load import CodeFacts, PropertiesFacts, load_code, load_properties
from stateaware.facts.macros import Macros
from stateaware.project.files import read_bytes
from stateaware.project.packages import MissingPackage, PackageSource, find_packages
from stateaware.project.project_file import PROJECT_FILE, ProjectFile, read_project_file
from stateaware.records import cached_property, dataclass, field, replace
from stateaware.text.source import decode


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a project is read.

    ``env`` is laid over the process environment; ``now`` is the clock for Jinja (None: the real one).
    ``profiles_dir`` is the folder of profiles.yml; without one it is looked for, also in ``working_dir``.
    ``everything`` parses also the files that the prefilter would skip. ``recover`` takes what can be read
    of a properties file that is not YAML, where dbt takes nothing of it. ``trusted`` allows rendering
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
    recover: bool = False
    trusted: bool = True
    overlay: Mapping[str, bytes] = field(default_factory=dict)


class Contents:
    """The bytes of files by their absolute paths; an open editor buffer comes before the disk.

    Facts that were not needed yet are read through this, so it is all that they keep alive.
    """

    __slots__ = ("_overlay",)

    def __init__(self, overlay: Mapping[str, bytes]) -> None:
        self._overlay = overlay

    def read(self, path: str) -> bytes:
        """The bytes of one file.

        Raises:
            OSError: it cannot be read, is no regular file or is too big.
        """
        data = self._overlay.get(path)
        return read_bytes(path) if data is None else data


class Inputs:
    """The files of a project and its packages, and what each of them says.

    What is asked for first is read first; nothing changes once read. `after` gives the inputs after
    a change, `narrowed` a part of them.
    """

    def __init__(self, root: Path, options: LoadOptions) -> None:
        self.root = root
        self._everything = options.everything
        self._recover = options.recover
        self.read = Contents(options.overlay).read
        self._texts: dict[str, str | None] = {}
        self._known_properties: Mapping[str, PropertiesFacts] = {}
        self._known_code: Mapping[str, CodeFacts] = {}
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

    def after(
        self, changed: Iterable[str], *, relist: bool = False, same_project_file: bool = False
    ) -> Inputs:
        """The inputs where some files (by absolute path) have other contents.

        What other files say is not read again. ``relist`` looks for the files anew: some came or went,
        or dbt_project.yml, the packages or .dbtignore changed; with ``same_project_file`` dbt_project.yml
        says what it said before all the same.

        Raises:
            ProjectNotFound: dbt_project.yml is gone.
            ProjectUnreadable: it cannot be read from disk.
        """
        paths = frozenset(changed)
        new = object.__new__(Inputs)
        new.root, new.read = self.root, self.read
        new._everything, new._recover = self._everything, self._recover
        # copied at once, since a thread that checks everything may be adding to it
        new._texts = self._texts.copy()
        for path in paths:
            new._texts.pop(path, None)
        project_file = str(self.root / PROJECT_FILE)
        new.package = self.package
        if not same_project_file and (relist or project_file in paths):
            new.package = PackageSource(self.root, "", new._project_file())
        elsewhere = new.package.project_file.places != self.package.project_file.places
        if not relist and not elsewhere and paths & self.shaping <= {project_file}:
            new._keep_files(self, paths)
            return new
        # a file that was not there may be by now
        new._texts = {path: text for path, text in new._texts.items() if path in self.names}
        new._known_properties = {
            facts.file.absolute: facts for facts in self.properties if facts.file.absolute not in paths
        }
        new._known_code = {path: facts for path, facts in self.code.items() if path not in paths}
        if new.macros.setting != self.macros.setting:
            new._known_code = {}  # other macros set values of ours: any file may call them
        return new

    def _keep_files(self, before: Inputs, changed: frozenset[str]) -> None:
        """Take over all that is known of the same files, but for the contents of some."""
        self._known_properties, self._known_code = {}, {}
        vars(self).update(
            _found=before._found,
            package_files=before.package_files,
            macros=before.macros,
            _order=before._order,
            shaping=before.shaping,
            names=before.names,
        )
        code = dict(before.code)
        for path in changed & code.keys():
            code[path] = self._load_code(code[path].file)
        properties = []
        for facts in before.properties:
            package = self.package if facts.package.is_root else facts.package
            if facts.file.absolute in changed:
                properties.append(self._load_properties(package, facts.file))
            else:
                properties.append(facts if facts.package is package else replace(facts, package=package))
        vars(self).update(properties=properties, code=code)

    def narrowed(self, properties: list[PropertiesFacts], models: Iterable[str]) -> Inputs:
        """The same packages with some properties files, or parts of them, and some models (by path)."""
        new = object.__new__(Inputs)
        new.root, new.read = self.root, self.read
        new._everything, new._recover = self._everything, self._recover
        new._texts, new.package = self._texts, self.package
        chosen: dict[str, list[tuple[int, ResourceFile]]] = {}
        code = {}
        for path in models:
            if path in self._order:
                rank, name, file = self._order[path]
                chosen.setdefault(name, []).append((rank, file))
                code[path] = self.code[path]
        files = {
            name: replace(
                found,
                models=[file for _, file in sorted(chosen.get(name, ()), key=itemgetter(0))],
                properties=[facts.file for facts in properties if facts.package.name == name],
            )
            for name, found in self.package_files.items()
        }
        vars(new).update(
            _found=self._found, package_files=files, macros=self.macros, properties=properties, code=code
        )
        return new

    @cached_property
    def _order(self) -> dict[str, tuple[int, str, ResourceFile]]:
        """Where each model file stands among those of its package, by its absolute path."""
        return {
            file.absolute: (rank, name, file)
            for name, files in self.package_files.items()
            for rank, file in enumerate(files.models)
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """The project-relative names of dbt_project.yml and all files of models and properties, by path."""
        found = {str(self.root / PROJECT_FILE): PROJECT_FILE}
        for files in self.package_files.values():
            found.update((file.absolute, file.file) for file in files.models)
            found.update((file.absolute, file.file) for file in files.properties)
        return found

    @cached_property
    def shaping(self) -> frozenset[str]:
        """Files on which it depends what others mean: dbt_project.yml and the macros."""
        macros = (file.absolute for files in self.package_files.values() for file in files.macros)
        return frozenset((str(self.root / PROJECT_FILE), *macros))

    def _absolute(self, file: str) -> str:
        return os.path.normpath(os.path.join(self.root, file))  # noqa: PTH118 - hot, and pathlib is 7x slower

    def text(self, file: str) -> str | None:
        """A file's text by its project-relative path; None where it cannot be read or decoded."""
        path = self._absolute(file)
        if path not in self._texts:
            try:
                self._texts[path] = decode(self.read(path))
            except (OSError, UnicodeDecodeError):
                self._texts[path] = None
        return self._texts[path]

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
            self._load_properties(package, file)
            for package in self.packages
            for file in self.package_files[package.name].properties
        ]

    def _load_properties(self, package: PackageSource, file: ResourceFile) -> PropertiesFacts:
        known = self._known_properties.get(file.absolute)
        if known is None:
            return load_properties(
                package, file, self.read, everything=self._everything, recover=self._recover
            )
        return replace(known, package=package, file=file)

    @cached_property
    def macros(self) -> Macros:
        """The macros of the project and its packages."""
        return Macros(self.packages, self.package_files, self.read)

    @cached_property
    def code(self) -> dict[str, CodeFacts]:
        """What each model file says, by its absolute path."""
        return {
            file.absolute: self._load_code(file)
            for files in self.package_files.values()
            for file in files.models
        }

    def _load_code(self, file: ResourceFile) -> CodeFacts:
        known = self._known_code.get(file.absolute)
        if known is not None:
            return known
        return load_code(file, self.read, everything=self._everything, words=self._words)

    @cached_property
    def _words(self) -> tuple[bytes, ...]:
        return tuple(name.encode() for name in self.macros.setting)
