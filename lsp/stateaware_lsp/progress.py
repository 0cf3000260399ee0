"""Work-done progress, for editors that show it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stateaware_lsp.server import Server


@asynccontextmanager
async def indexing(server: Server) -> AsyncIterator[None]:
    """Shows that the projects are being read."""
    window = server.client_capabilities.window
    if window is None or not window.work_done_progress:
        yield
        return
    token = str(uuid4())
    try:
        await server.work_done_progress.create_async(token)
    except JsonRpcException:
        yield
        return
    begin = types.WorkDoneProgressBegin(title="stateaware: reading the dbt project")
    server.work_done_progress.begin(token, begin)
    try:
        yield
    finally:
        count = len(server.projects.by_root)
        what = "1 project" if count == 1 else f"{count} projects"
        server.work_done_progress.end(token, types.WorkDoneProgressEnd(message=what))
