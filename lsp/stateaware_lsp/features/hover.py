"""Hovers: what is in force for the thing under the cursor, where it comes from, and what a key means."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

from lsprotocol import types

from stateaware.explain.markdown import escape
from stateaware.graph.nodes import ModelNode
from stateaware.locate.hover import hover_text
from stateaware.locate.nodes import nodes_of
from stateaware.locate.target import OfTree
from stateaware.plan.decision import Decision
from stateaware.report.plan_short import hover_words
from stateaware_lsp.pointing import Pointed, point
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
        decision = _decision(server, found)
        if decision is not None:
            words = hover_words(decision, datetime.now(timezone.utc))
            head, gap, rest = text.partition("\n\n")  # below the title: hovers are cut off at the end
            text = f"{head}\n\n{escape(words) if markdown else words}{gap}{rest}"
        return types.Hover(types.MarkupContent(kind, text), found.located.positions.range(found.target.span))


def _decision(server: Server, found: Pointed) -> Decision | None:
    """What a run now would do with the model that is pointed at, where that is known."""
    if not server.settings.plan or found.target.kind in ("key", "value"):
        return None
    if isinstance(found.target.subject, OfTree):
        return None
    nodes = nodes_of(found.around, found.target.subject)
    if len(nodes) != 1 or not isinstance(nodes[0], ModelNode):
        return None
    return found.project.forecast.decision(nodes[0].unique_id, datetime.now(timezone.utc))


def _kind(server: Server) -> types.MarkupKind:
    """The form that the editor shows: Markdown if it can."""
    document = server.client_capabilities.text_document
    hover = document.hover if document is not None else None
    formats = (hover.content_format if hover is not None else None) or ()
    return types.MarkupKind.Markdown if types.MarkupKind.Markdown in formats else types.MarkupKind.PlainText
