"""From hello to goodbye: settings, the editor's folders, and reading the projects."""

from __future__ import annotations

import asyncio
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stateaware_lsp.orphans import leave_with
from stateaware_lsp.progress import indexing
from stateaware_lsp.server import Server
from stateaware_lsp.watching import PATIENCE, poll_files, watch_files

_SECTION = "stateaware"


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        options: Any = params.initialization_options
        given = options.get("settings", options) if isinstance(options, dict) else None
        server.take_settings(given)
        commands = options.get("clientCommands") if isinstance(options, dict) else None
        if isinstance(commands, list):
            server.client_commands = frozenset(name for name in commands if isinstance(name, str))
        for start in server.starters:
            start(server)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        server.run_aside(leave_with(server, server.process_id))
        capabilities = server.client_capabilities.workspace
        if capabilities is not None and capabilities.configuration:
            await _ask_settings(server)
        watched = await watch_files(server)
        async with indexing(server):
            await server.open_projects()
        if not watched:
            server.run_aside(poll_files(server))

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(params: types.DidChangeConfigurationParams) -> None:
        capabilities = server.client_capabilities.workspace
        if capabilities is not None and capabilities.configuration:
            differs = await _ask_settings(server)
        else:
            given: Any = params.settings
            differs = server.take_settings(given.get(_SECTION, given) if isinstance(given, dict) else None)
        if differs:
            await server.reload()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        await server.open_projects()

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.leaving = True
        server.exit_code = 0


async def _ask_settings(server: Server) -> bool:
    asked = types.ConfigurationParams([types.ConfigurationItem(section=_SECTION)])
    try:
        answer = await asyncio.wait_for(server.workspace_configuration_async(asked), PATIENCE)
    except (JsonRpcException, asyncio.TimeoutError):
        return False
    # an editor without such a section answers null, and keeps what it said at the start
    return bool(answer and answer[0]) and server.take_settings(answer[0])
