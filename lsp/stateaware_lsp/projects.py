"""The dbt projects of the editor's folders, each with its index and what was last said about it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from stateaware.check.options import load_options
from stateaware.check.settings import combine
from stateaware.check.settings_file import find_settings, read_environment
from stateaware.findings import Finding
from stateaware.index import Index
from stateaware.index.index import Findings
from stateaware.project.search import project_above, projects_below
from stateaware.records import replace
from stateaware_lsp.client_settings import ClientSettings
from stateaware_lsp.forecasts import Forecast

_SPECIAL: Final = frozenset({"packages.yml", "dependencies.yml", ".dbtignore", "profiles.yml"})
_READ: Final = (".sql", ".py", ".yml", ".yaml")
_WRITTEN: Final = ("target", "logs")
"""Folders that dbt fills when it runs."""


class OpenProject:
    """One project: its index, and its findings by project-relative file as they were last told."""

    def __init__(self, index: Index, read_at: int) -> None:
        self.index = index
        self.read_at = read_at
        """When reading its files began, in nanoseconds since 1970."""
        self.findings: Findings = {}
        self.checked = -1
        """The index's version of which ``findings`` hold for every file; -1 before the first check."""
        self.forecast = Forecast()
        self._real: dict[str, str] = {}

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.index.root

    def known_path(self, path: str) -> str | None:
        """The path under which the index knows a file, which an editor may have reached through a link."""
        if self.index.reads(path):
            return path
        if not self._real:
            names = [*self.index.inputs.names, *self.index.inputs.shaping]
            folders = {folder: os.path.realpath(folder) for folder in set(map(os.path.dirname, names))}
            for name in names:
                folder, _, file = name.rpartition(os.sep)
                self._real[os.path.join(folders[folder], file)] = name  # noqa: PTH118 - thousands
        folder, file = os.path.split(path)
        return self._real.get(os.path.join(os.path.realpath(folder), file))  # noqa: PTH118

    def matters(self, path: str, *, moved: bool) -> bool:
        """Whether the project may be another once a path that it does not read changes, comes or goes."""
        root = str(self.root)
        if not path.startswith(root + os.sep):
            return False
        if os.path.basename(path) in _SPECIAL:  # noqa: PTH119 - a path of any system
            return True
        if not moved or path[len(root) + 1 :].split(os.sep, 1)[0] in _WRITTEN:
            return False
        if os.path.lexists(path):
            return path.endswith(_READ) or os.path.isdir(path)  # noqa: PTH112 - text all along
        return any(name.startswith(path + os.sep) for name in self.index.inputs.names)

    def take(self, paths: set[str]) -> bool:
        """Take changed files into the index; returns whether it has looked for files that came or went.

        Raises:
            ProjectNotFound: dbt_project.yml is gone.
            ProjectUnreadable: it cannot be read from disk.
        """
        # an open document whose file is gone is nothing that dbt would read
        relist = any(not self.index.reads(path) or not os.path.exists(path) for path in paths)  # noqa: PTH110
        if relist:
            self._real = {}
            folders = tuple(path + os.sep for path in paths if not self.index.reads(path))
            known = (*self.index.inputs.names, *self.index.inputs.shaping)
            paths = paths.union(name for name in known if name.startswith(folders))
        self.index.change(paths, relist=relist)
        return relist

    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity, silenced ones left out."""
        out = {"error": 0, "warning": 0, "info": 0}
        for found in self.findings.values():
            for finding in shown(found):
                out[finding.severity] += 1
        return out


def shown(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings that no comment and no baseline silences."""
    return (finding for finding in findings if finding.suppressed is None)


class Projects:
    """All projects, by their folder."""

    def __init__(self) -> None:
        self.overlay: dict[str, bytes] = {}
        """Open buffers by the path under which an index knows the file."""
        self.by_root: dict[Path, OpenProject] = {}

    def __iter__(self) -> Iterator[OpenProject]:
        return iter(list(self.by_root.values()))

    def open(self, root: Path, settings: ClientSettings) -> OpenProject:
        """Read a project.

        Raises:
            StateawareError: it, or its settings, cannot be read.
        """
        read_at = time.time_ns()
        file = find_settings(root)
        combined = combine(file.values, read_environment(os.environ), settings.check)
        combined = replace(combined, source=file.source)
        options = load_options(combined, file, profiles_dir=settings.profiles_dir)
        options = replace(options, overlay=self.overlay, trusted=settings.trusted)
        return OpenProject(Index(root, combined, options), read_at)

    def of(self, path: str) -> tuple[OpenProject, str] | None:
        """The project whose file a file is, and the path under which it knows it.

        Of several that read it, the one in whose folder it lies, and the nearest of these: the others
        have it from a package.
        """

        def rank(found: tuple[OpenProject, str]) -> tuple[bool, int]:
            root = str(found[0].root)
            return found[1].startswith(root + os.sep), len(root)

        return max(self.reading(path), key=rank, default=None)

    def owns(self, project: OpenProject, file: str) -> bool:
        """Whether a project-relative file is the project's own, and no other open one's."""
        owner = self.of(project.index.absolute(file))
        return owner is None or owner[0] is project

    def reading(self, path: str) -> list[tuple[OpenProject, str]]:
        """Every project that reads a file, and the path under which it knows it."""
        found = ((project, project.known_path(path)) for project in self)
        return [(project, known) for project, known in found if known is not None]


def find_roots(folders: Iterable[str], files: Iterable[str]) -> list[Path]:
    """The folders of the projects in or above the editor's folders, and above its open files.

    Projects in projects are among them (a package's integration tests), but not those that are
    installed as packages of another.
    """
    roots: dict[Path, None] = {}
    for folder in map(Path, folders):
        above = project_above(folder)
        if above is not None:
            roots.setdefault(above)
        roots.update(dict.fromkeys(_all_below(folder)))
    for file in files:
        above = project_above(Path(file).parent)
        if above is not None and not any(_installed_in(above, root) for root in roots):
            roots.setdefault(above)
    return list(roots)


def _all_below(folder: Path) -> Iterator[Path]:
    for root in projects_below(folder):
        yield root
        yield from _all_below(root)


def _installed_in(folder: Path, root: Path) -> bool:
    packages = {"dbt_packages", "dbt_modules"}
    return root in folder.parents and not packages.isdisjoint(folder.relative_to(root).parts)
