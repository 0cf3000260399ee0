"""One project, its files as they are now, and what follows from them: all of it, or all about one file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from stateaware.check.baseline import Baseline, read_baseline
from stateaware.check.result import Outcome
from stateaware.check.run import Progress, RunOptions, run_project
from stateaware.check.session import project_folder_name, reads_everything
from stateaware.check.settings import Settings
from stateaware.config.frame import Frame
from stateaware.findings import Finding
from stateaware.graph.build import list_entries
from stateaware.index.names import Names
from stateaware.inputs import Inputs, LoadOptions
from stateaware.project.project_file import PROJECT_FILE
from stateaware.records import replace
from stateaware.workspace import Project

Findings = dict[str, tuple[Finding, ...]]
"""Findings by the project-relative file."""

_OTHER_SHAPING: Final = frozenset({"packages.yml", "dependencies.yml", ".dbtignore", "profiles.yml"})


class CancelledError(Exception):
    """A run was told to stop."""


class Index:
    """A project under edit.

    ``options.overlay`` holds the open buffers by absolute path; whoever changes it says so with
    `change`. Two depths of answer: `view` and `findings_of` look at one file and what concerns it,
    within milliseconds also in a project of 10,000 models; `project` and `findings` at everything.

    While dbt_project.yml is not YAML, as between two keystrokes, all else keeps what it said last.
    """

    def __init__(self, root: Path, settings: Settings, options: LoadOptions) -> None:
        """Read the project.

        Raises:
            ProjectNotFound: the folder has no dbt_project.yml.
            ProjectUnreadable: it cannot be read from disk.
            SettingsError: the baseline that the settings name cannot be read.
        """
        self.root = root
        self.settings = settings
        everything = options.everything or reads_everything(settings)
        self.options = replace(options, everything=everything, recover=True)
        self.inputs = Inputs(root, self.options)
        self.version = 0
        self._broken: Inputs | None = None
        self._baseline = read_baseline(settings.baseline) if settings.baseline is not None else None
        self._folder = project_folder_name(root)
        self._start_over()

    def _start_over(self) -> None:
        self._frames: dict[str, Frame] = {}
        self.project = Project(self.inputs, self.options, self._frames)
        self._names: Names | None = None
        self._views: dict[str, Project] = {}

    @property
    def names(self) -> Names:
        """Which files speak of what."""
        if self._names is None:
            self._names = Names(self.inputs, self.project.entries)
        return self._names

    @property
    def project_file(self) -> str:
        """The absolute path of dbt_project.yml."""
        return str(self.root / PROJECT_FILE)

    def stale(self, path: str) -> bool:
        """Whether what is known of a file is older than its text: dbt_project.yml while it is not YAML."""
        return path == self.project_file and self._broken is not None

    def relative(self, path: str) -> str | None:
        """The project-relative name of a file that the project reads, by its absolute path; else None."""
        return self.inputs.names.get(path)

    def reads(self, path: str) -> bool:
        """Whether the project reads a file, by its absolute path: what `relative` knows, and macros."""
        return path in self.inputs.names or path in self.inputs.shaping

    def absolute(self, file: str) -> str:
        """The absolute path of a project-relative name."""
        return os.path.normpath(self.root / file)

    def change(self, paths: Iterable[str], *, relist: bool = False) -> None:
        """Take note that files have other contents, by absolute path; ``relist``: some came or went.

        Raises:
            ProjectNotFound: dbt_project.yml is gone.
            ProjectUnreadable: it cannot be read from disk.
        """
        changed = set(paths)
        self.version += 1
        relist = relist or any(Path(path).name in _OTHER_SHAPING for path in changed)
        shaping = relist or bool(changed & self.inputs.shaping)
        after = self.inputs.after(changed, relist=relist)
        if relist or self.project_file in changed:
            self._broken = None
            if not after.package.project_file.readable and self.inputs.package.project_file.readable:
                self._broken = after.narrowed([], ())
                changed.discard(self.project_file)
                shaping = relist or bool(changed & self.inputs.shaping)
                after = self.inputs.after(changed, relist=relist, same_project_file=True)
        self.inputs = after
        if shaping:
            self._start_over()
        else:
            self.project = Project(self.inputs, self.options, self._frames)
            self._views = {}
            if self._names is not None:
                for facts in self.inputs.properties:
                    if facts.file.absolute in changed:
                        entries = list_entries(facts, self.project.readers[facts.package.name])
                        self._names.update(facts, entries)

    def view(self, path: str) -> Project:
        """The project as far as one file is concerned, by its absolute path.

        All of it for dbt_project.yml. Nodes of other files may be missing or know only a part of
        their layers; what is said about the nodes of this file is complete.
        """
        if path == self.project_file:
            return self.project
        view = self._views.get(path)
        if view is None:
            near = self.names.around(path, self.inputs)
            view = self._views[path] = Project(near, self.options, self._frames)
        return view

    def near(self, name: str) -> Project:
        """The project as far as one model or source is concerned, by the name that files call it.

        That is the stem of a model's file or its properties entry, or ``source:NAME``. Smaller than the
        `view` of a properties file, and as complete about that node.
        """
        key = f"name:{name}"
        view = self._views.get(key)
        if view is None:
            near = self.names.near([name], self.inputs)
            view = self._views[key] = Project(near, self.options, self._frames)
        return view

    def findings_of(self, path: str) -> tuple[Finding, ...]:
        """The findings in one file, by its absolute path."""
        if path == self.project_file and self._broken is not None:
            return self._run(Project(self._broken, self.options)).get(PROJECT_FILE, ())
        file = self.relative(path) or ""
        return self._run(self.view(path), file=file).get(file, ())

    def findings(self, cancelled: Callable[[], bool] = bool) -> Findings:
        """All findings.

        Raises:
            CancelledError: ``cancelled`` said so; it is asked after every 64 items.
        """
        project, broken = self.project, self._broken
        found = self._run(project, cancelled)
        if broken is not None:
            said = self._run(Project(broken, self.options), cancelled).get(PROJECT_FILE, ())
            found[PROJECT_FILE] = said
        return found

    def _run(
        self, project: Project, cancelled: Callable[[], bool] = bool, *, file: str | None = None
    ) -> Findings:
        seen = 0

        def watch(outcome: Outcome) -> None:
            nonlocal seen
            seen += 1
            if not seen % 64 and cancelled():
                raise CancelledError

        baseline: Baseline | None = self._baseline.copy() if self._baseline is not None else None
        options = RunOptions(self.settings, folder=self._folder, baseline=baseline, file=file)
        progress = Progress(watch=watch if cancelled is not bool else None)
        grouped: dict[str, list[Finding]] = {}
        for finding in run_project(project, options, progress).findings:
            grouped.setdefault(finding.place.file, []).append(finding)
        return {file: tuple(found) for file, found in grouped.items()}
