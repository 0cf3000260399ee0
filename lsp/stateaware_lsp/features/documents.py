"""Documents that open, change and close, and files that change outside the editor."""

from __future__ import annotations

from lsprotocol import types
from pygls import uris

from stateaware_lsp.server import Server
from stateaware_lsp.watching import take_changes


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.opened(uri, server.workspace.get_text_document(uri).source)
        await server.open_file_project(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.opened(uri, server.workspace.get_text_document(uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(params: types.DidChangeWatchedFilesParams) -> None:
        paths = {path for event in params.changes if (path := uris.to_fs_path(event.uri))}
        came_or_went = any(event.type != types.FileChangeType.Changed for event in params.changes)
        await take_changes(server, paths, relist=came_or_went)
