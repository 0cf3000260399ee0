"""The texts of open documents, as the editor's changes leave them."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from stateaware_lsp.positions import Positions


def apply_changes(text: str, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: str) -> str:
    """A document's text after an editor's changes, which come one after the other.

    Lines end where the protocol says so: at a line feed, a carriage return or both, and nowhere else
    (pygls counts form feeds and more).
    """
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            text = change.text
            continue
        positions = Positions(text, encoding)
        start, end = positions.offset(change.range.start), positions.offset(change.range.end)
        text = text[:start] + change.text + text[max(start, end) :]
    return text
