"""Hovers: what is in force for the thing under the cursor, where it comes from, and what a key means."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from stateaware.locate.hover import hover_text
from stateaware_lsp.pointing import point
from stateaware_lsp.server import Server


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        await asyncio.sleep(0)
        found = point(server, params.text_document.uri, params.position)
        if found is None:
            return None
        kind = _kind(server)
        markdown = kind is types.MarkupKind.Markdown
        text = hover_text(found.target, found.around, found.near, found.link, markdown=markdown)
        if text is None:
            return None
        return types.Hover(types.MarkupContent(kind, text), found.located.positions.range(found.target.span))


def _kind(server: Server) -> types.MarkupKind:
    """The form that the editor shows: Markdown if it can."""
    document = server.client_capabilities.text_document
    hover = document.hover if document is not None else None
    formats = (hover.content_format if hover is not None else None) or ()
    return types.MarkupKind.Markdown if types.MarkupKind.Markdown in formats else types.MarkupKind.PlainText
