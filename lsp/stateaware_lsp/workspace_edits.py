"""Edits of the core as an editor applies them."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from stateaware.findings import Edit
from stateaware.fix.edits import line_ending
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Server


def workspace_edit(server: Server, project: OpenProject, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    """Edits of one or several files as one.

    Each file is named with its version where the editor takes that, so that an edit worked out for an
    older text is not applied. Inserted lines end as the others of the file.
    """
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.file, []).append(edit)
    workspace = server.client_capabilities.workspace
    can = workspace.workspace_edit if workspace is not None else None
    versioned = bool(can is not None and can.document_changes)
    changes: dict[str, list[types.TextEdit]] = {}
    operations: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for file, mine in by_file.items():
        text = project.index.inputs.text(file)
        uri = server.uri_of(project.index.absolute(file))
        texts = [_text_edit(server, edit, text or "") for edit in mine]
        changes[uri] = texts
        document = server.workspace.text_documents.get(uri)
        identity = types.OptionalVersionedTextDocumentIdentifier(
            uri=uri, version=None if document is None else document.version
        )
        operations.append(types.TextDocumentEdit(text_document=identity, edits=list(texts)))
    if versioned:
        return types.WorkspaceEdit(document_changes=operations)
    return types.WorkspaceEdit(changes=changes)


def _text_edit(server: Server, edit: Edit, text: str) -> types.TextEdit:
    new = edit.text.replace("\r\n", "\n").replace("\n", line_ending(text))
    return types.TextEdit(server.positions_of(text).range(edit.span), new)
