"""Documents that open, change and close, and files that change outside the editor."""

from __future__ import annotations

from lsprotocol import types
from pygls import uris

from stateaware_lsp.server import Server
from stateaware_lsp.watching import take_changes


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document.uri, params.text_document.text)
        server.run_aside(server.open_file_project(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.opened(uri, server.workspace.get_text_document(uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(params: types.DidChangeWatchedFilesParams) -> None:
        changed: set[str] = set()
        moved: set[str] = set()
        for event in params.changes:
            path = uris.to_fs_path(event.uri)
            if path is not None:
                (changed if event.type == types.FileChangeType.Changed else moved).add(path)
        await take_changes(server, changed, moved)
