"""Knowing of changes outside the editor: the editor's watcher, or looking at the disk now and then."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from lsprotocol import types

from stateaware.facts.files import list_files
from stateaware_lsp.server import Server

PATTERNS: Final = (
    "**/*.{sql,py,yml,yaml,csv}",
    "**/{stateaware,pyproject}.toml",
    "**/.dbtignore",
)
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
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
    registration = types.Registration(
        "stateaware-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options
    )
    await server.client_register_capability_async(types.RegistrationParams([registration]))
    return True


async def poll_files(server: Server) -> None:
    """Look at the disk every few seconds, until the server leaves."""
    loop = asyncio.get_running_loop()
    before = await loop.run_in_executor(None, _signature, server)
    while not server.leaving:
        await asyncio.sleep(server.settings.poll)
        now = await loop.run_in_executor(None, _signature, server)
        changed = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
        if changed:
            await take_changes(server, changed, relist=before.keys() != now.keys())
        before = now


async def take_changes(server: Server, paths: set[str], *, relist: bool) -> None:
    """Take note of files that changed on disk."""
    names = {os.path.basename(path) for path in paths}  # noqa: PTH119 - a path of any system
    if names & set(SETTINGS_FILES):
        await server.reload()
    elif "dbt_project.yml" in names and relist:
        server.changed_on_disk(paths, relist=True)
        await server.open_projects()
    else:
        server.changed_on_disk(paths, relist=relist)


def _signature(server: Server) -> Signature:
    found: Signature = {}
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
