"""The texts of open documents, as the editor's changes leave them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

from stateaware_lsp.positions import Positions


class Protocol(LanguageServerProtocol):
    """pygls' protocol, where lines of documents end as the specification says.

    That is at a line feed, a carriage return or both; pygls ends them at a form feed and more as well,
    and then changes another place than the editor did.
    """

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message from JSON; a request that cannot be understood is answered, which pygls leaves out."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), (str, int)):
                self._send_response(data["id"], error=error.to_response_error())
            raise

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Iterator[Any]:
        """Change a document, then call the server's own handler."""
        name = params.text_document
        before = self.workspace.get_text_document(name.uri)
        encoding = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        text = apply_changes(before.source, params.content_changes, str(getattr(encoding, "value", encoding)))
        self.workspace.put_text_document(
            types.TextDocumentItem(name.uri, before.language_id or "", name.version, text)
        )
        handler = self.fm.features.get(types.TEXT_DOCUMENT_DID_CHANGE)
        if handler is not None:
            yield handler, (params,), None


def apply_changes(text: str, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: str) -> str:
    """A document's text after an editor's changes, which come one after the other."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            text = change.text
            continue
        positions = Positions(text, encoding)
        start, end = positions.offset(change.range.start), positions.offset(change.range.end)
        text = text[:start] + change.text + text[max(start, end) :]
    return text
