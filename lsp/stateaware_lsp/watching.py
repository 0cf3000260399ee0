"""Knowing of changes outside the editor: the editor's watcher, or looking at the disk now and then."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stateaware.facts.files import list_files
from stateaware.project.project_file import PROJECT_FILE
from stateaware_lsp.projects import OpenProject, find_roots
from stateaware_lsp.server import Server

PATTERNS: Final = (
    "**/*.{sql,py,yml,yaml,csv}",
    "**/{stateaware,pyproject}.toml",
    "**/.dbtignore",
)
PATIENCE: Final = 10.0
"""Seconds to wait for an editor's answer, without which it goes on too."""
SETTINGS_FILES: Final = ("stateaware.toml", "pyproject.toml")

_PROJECT_FILES: Final = ("dbt_project.yml", "packages.yml", "dependencies.yml", ".dbtignore")

_GRAIN: Final = 2_000_000_000
"""Nanoseconds by which a file system may set a file's time too early; two seconds on FAT."""
_UNLIKE: Final = (-1, -1)

Marks = dict[str, tuple[int, int]]
"""Time of change (nanoseconds) and size (bytes) of files, by absolute path."""


async def watch_files(server: Server) -> bool:
    """Ask the editor to tell of changes; returns whether it will."""
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace is not None else None
    if watching is None or not watching.dynamic_registration:
        return False
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in PATTERNS]
    # of a folder that is moved or deleted with all that is in it only the folder itself is told
    watchers.append(types.FileSystemWatcher(glob_pattern="**", kind=types.WatchKind.Create))
    watchers.append(types.FileSystemWatcher(glob_pattern="**", kind=types.WatchKind.Delete))
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
    registration = types.Registration(
        "stateaware-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options
    )
    try:
        asked = server.client_register_capability_async(types.RegistrationParams([registration]))
        await asyncio.wait_for(asked, PATIENCE)
    except (JsonRpcException, asyncio.TimeoutError):
        return False
    return True


async def poll_files(server: Server) -> None:
    """Look at the disk every few seconds, until the server leaves."""
    loop = asyncio.get_running_loop()
    looks = _Looks(server)
    while not server.leaving:
        changed, moved = await loop.run_in_executor(None, looks.news)
        if changed or moved:
            await take_changes(server, changed, moved)
        await asyncio.sleep(server.settings.poll)


async def take_changes(server: Server, changed: set[str], moved: set[str]) -> None:
    """Take note of files that changed on disk, and of others that came or went."""
    names = {os.path.basename(path) for path in changed | moved}  # noqa: PTH119 - a path of any system
    if names & set(SETTINGS_FILES):
        await server.reload()
    elif any(_moves_project(server, path) for path in moved):
        await server.open_projects()
    server.changed_on_disk(changed, moved)


def _moves_project(server: Server, path: str) -> bool:
    """Whether a project came or went with a file or folder."""
    if os.path.basename(path) == PROJECT_FILE:  # noqa: PTH119
        return True
    if any(project.root.is_relative_to(path) for project in server.projects):
        return True
    known = server.projects.by_root.keys()
    return os.path.isdir(path) and not known >= set(find_roots([path], ()))  # noqa: PTH112 - text all along


class _Looks:
    """What the disk showed at the last look: of each open project, and of folders that may be one."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._seen: dict[OpenProject, Marks] = {}
        self._others: Marks = {}

    def news(self) -> tuple[set[str], set[str]]:
        """The files that changed since the last look, and those that came or went."""
        changed: set[str] = set()
        moved: set[str] = set()
        projects = list(self._server.projects)
        seen = {}
        for project in projects:
            now = _marks(_project_paths(project))
            before = self._seen.get(project) or _as_read(project, now)
            moved |= before.keys() ^ now.keys()
            changed |= {path for path in before.keys() & now.keys() if before[path] != now[path]}
            seen[project] = now
        self._seen = seen
        known = {project.root for project in projects}
        roots = set(find_roots(self._server.folders(), ())) - known
        others = _marks(str(root / PROJECT_FILE) for root in roots)
        moved |= {path for path, mark in others.items() if self._others.get(path) != mark}
        self._others = others
        return changed, moved


def _marks(paths: Iterable[str]) -> Marks:
    found: Marks = {}
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - hot
        except OSError:
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


def _project_paths(project: OpenProject) -> Iterator[str]:
    for name in (*SETTINGS_FILES, *_PROJECT_FILES):
        yield str(project.root / name)
    for package in project.index.inputs.packages:
        files = list_files(package, str(project.root))
        for kind in (files.models, files.properties, files.macros):
            yield from (file.absolute for file in kind)


def _as_read(project: OpenProject, now: Marks) -> Marks:
    """What a look would have shown when the project was read; young files count as other than they were."""
    inputs = project.index.inputs
    read = {*inputs.names, *inputs.shaping}
    before = {path: mark for path, mark in now.items() if path in read or _is_setting(path)}
    young = project.read_at - _GRAIN
    before.update((path, _UNLIKE) for path, mark in before.items() if mark[0] >= young)
    before.update((path, _UNLIKE) for path in read - now.keys())
    return before


def _is_setting(path: str) -> bool:
    return os.path.basename(path) in {*SETTINGS_FILES, *_PROJECT_FILES}  # noqa: PTH119 - a path of any system
