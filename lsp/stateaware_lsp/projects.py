"""The dbt projects of the editor's folders, each with its index and what was last said about it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from stateaware.check.options import load_options
from stateaware.check.settings import combine
from stateaware.check.settings_file import find_settings, read_environment
from stateaware.findings import Finding
from stateaware.index import Index
from stateaware.index.index import Findings
from stateaware.project.search import project_above, projects_below
from stateaware.records import replace
from stateaware_lsp.client_settings import ClientSettings


class OpenProject:
    """One project: its index, and its findings by project-relative file as they were last told."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.findings: Findings = {}
        self.checked = -1
        """The index's version of which ``findings`` hold for every file; -1 before the first check."""
        self._real: dict[str, str] = {}

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.index.root

    def known_path(self, path: str) -> str | None:
        """The path under which the index knows a file, which an editor may have reached through a link."""
        if self.index.relative(path) is not None:
            return path
        if not self._real:
            self._real = {os.path.realpath(name): name for name in self.index.inputs.names}
        return self._real.get(os.path.realpath(path))

    def forget_links(self) -> None:
        """Look links up anew: files came or went."""
        self._real = {}

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
        file = find_settings(root)
        combined = combine(file.values, read_environment(os.environ), settings.check)
        combined = replace(combined, source=file.source)
        options = load_options(combined, file, profiles_dir=settings.profiles_dir)
        options = replace(options, overlay=self.overlay, trusted=settings.trusted)
        return OpenProject(Index(root, combined, options))

    def of(self, path: str) -> tuple[OpenProject, str] | None:
        """The project that reads a file, and the path under which it knows it.

        Of several, the one whose folder is nearest; a project inside another's packages is the
        other's business.
        """
        found = [
            (len(str(project.root)), number, project, known)
            for number, project in enumerate(self)
            if (known := project.known_path(path)) is not None
        ]
        if not found:
            return None
        *_, project, known = max(found)
        return project, known


def find_roots(folders: Iterable[str], files: Iterable[str]) -> list[Path]:
    """The folders of the projects in or above the editor's folders, and above its open files.

    Projects that are installed as packages of another are not listed.
    """
    roots: dict[Path, None] = {}
    for folder in map(Path, folders):
        above = project_above(folder)
        below = [above] if above is not None else []
        roots.update(dict.fromkeys([*below, *(path for path in projects_below(folder) if path not in below)]))
    for file in files:
        above = project_above(Path(file).parent)
        if above is not None and not any(_installed_in(above, root) for root in roots):
            roots.setdefault(above)
    return list(roots)


def _installed_in(folder: Path, root: Path) -> bool:
    packages = {"dbt_packages", "dbt_modules"}
    return root in folder.parents and not packages.isdisjoint(folder.relative_to(root).parts)
