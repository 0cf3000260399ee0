"""Completion of keys, blocks and values of ours, where they may stand and nowhere else."""

from __future__ import annotations

import asyncio
from typing import Final

from lsprotocol import types

from stateaware.complete.offers import Offer, offers, plain
from stateaware.fix.edits import line_ending
from stateaware_lsp.server import Located, Server

TRIGGERS: Final = (":", " ", "+", "(", ",", "{")

_KINDS: Final = {
    "key": types.CompletionItemKind.Property,
    "block": types.CompletionItemKind.Snippet,
    "value": types.CompletionItemKind.EnumMember,
}


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=list(TRIGGERS))
    )
    async def complete(params: types.CompletionParams) -> types.CompletionList | None:
        await asyncio.sleep(0)
        found = server.locate(params.text_document.uri)
        if found is None:
            return None
        line, column = found.positions.place(params.position)
        typed = params.context.trigger_character if params.context is not None else None
        profile = found.project.index.options.profile
        client = _Client(server)
        some = offers(
            found.file,
            found.positions.index,
            line,
            column,
            profile,
            typed=typed or "",
            markdown=client.markdown,
        )
        items = [client.item(offer, found, number) for number, offer in enumerate(some)]
        return types.CompletionList(is_incomplete=False, items=items) if items else None


class _Client:
    """What the editor can do with an item."""

    def __init__(self, server: Server) -> None:
        document = server.client_capabilities.text_document
        completion = document.completion if document is not None else None
        item = completion.completion_item if completion is not None else None
        self._snippets = bool(item is not None and item.snippet_support)
        formats = (item.documentation_format if item is not None else None) or []
        self.markdown = types.MarkupKind.Markdown in formats
        modes = item.insert_text_mode_support.value_set if item and item.insert_text_mode_support else []
        adjust = types.InsertTextMode.AdjustIndentation
        self._mode = adjust if adjust in modes else None
        default = completion.insert_text_mode if completion is not None else None
        self._adjusts = self._mode is not None or default == adjust

    def item(self, offer: Offer, found: Located, number: int) -> types.CompletionItem:
        """An offer as an item; the editor indents its further lines as the first, or the text does."""
        index = found.positions.index
        span = index.span(offer.start, offer.end)
        content = index.line_text(span.line)
        leading = len(content) - len(content.lstrip(" ")) if self._adjusts else 0
        snippet = offer.indented(max(0, offer.column - leading))
        is_snippet = self._snippets and "$" in snippet
        text = snippet if is_snippet else plain(snippet, filled=offer.kind == "block")
        text = text.replace("\n", line_ending(found.text))
        kind = types.MarkupKind.Markdown if self.markdown else types.MarkupKind.PlainText
        return types.CompletionItem(
            label=offer.label,
            kind=_KINDS[offer.kind],
            detail=offer.detail,
            documentation=types.MarkupContent(kind, offer.documentation) if offer.documentation else None,
            sort_text=f"{number:03}",
            filter_text=offer.filter,
            insert_text_format=types.InsertTextFormat.Snippet
            if is_snippet
            else types.InsertTextFormat.PlainText,
            insert_text_mode=self._mode if "\n" in text else None,
            text_edit=types.TextEdit(found.positions.range(span), text),
        )
