"""Knowing of changes outside the editor: the editor's watcher, or looking at the disk now and then."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stateaware.facts.files import list_files
from stateaware.project.project_file import PROJECT_FILE
from stateaware_lsp.projects import find_roots
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

Signature = dict[str, tuple[int, int]]


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
    before = await loop.run_in_executor(None, _signature, server)
    while not server.leaving:
        await asyncio.sleep(server.settings.poll)
        now = await loop.run_in_executor(None, _signature, server)
        moved = before.keys() ^ now.keys()
        changed = {path for path in before.keys() & now.keys() if before[path] != now[path]}
        if changed or moved:
            await take_changes(server, changed, moved)
            # projects that were opened meanwhile have files of their own
            now = await loop.run_in_executor(None, _signature, server) if moved else now
        before = now


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


def _signature(server: Server) -> Signature:
    found: Signature = {}
    roots = find_roots(server.folders(), ())
    for root in {*roots, *server.projects.by_root} - set(server.projects.by_root):
        found[str(root / PROJECT_FILE)] = (0, 0)
    for project in server.projects:
        inputs = project.index.inputs
        paths = {str(project.root / name) for name in (*SETTINGS_FILES, *_PROJECT_FILES)}
        for package in inputs.packages:
            files = list_files(package, str(project.root))
            for kind in (files.models, files.properties, files.macros):
                paths.update(file.absolute for file in kind)
        for path in paths:
            try:
                status = os.stat(path)  # noqa: PTH116 - hot
            except OSError:
                continue
            found[path] = (status.st_mtime_ns, status.st_size)
    return found
