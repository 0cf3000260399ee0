"""Document symbols: the entries, folders and calls that set something of ours, with their settings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

from lsprotocol import types

from stateaware.locate import Target, outline
from stateaware_lsp.positions import Positions
from stateaware_lsp.server import Server

_KINDS: Final = {
    "entry": types.SymbolKind.Struct,
    "folder": types.SymbolKind.Namespace,
    "call": types.SymbolKind.Function,
    "block": types.SymbolKind.Object,
    "key": types.SymbolKind.Property,
}


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolOptions(label="stateaware"))
    async def symbols(
        params: types.DocumentSymbolParams,
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
        await asyncio.sleep(0)
        uri = params.text_document.uri
        found = server.locate(uri)
        if found is None or found.project.index.stale(found.path):
            return None
        targets = outline(found.project.index.project, found.file)
        if _is_nested(server):
            return list(_nested(targets, found.positions)) or None
        return list(_flat(targets, found.positions, uri, None)) or None


def _is_nested(server: Server) -> bool:
    document = server.client_capabilities.text_document
    symbol = document.document_symbol if document is not None else None
    return symbol is not None and bool(symbol.hierarchical_document_symbol_support)


def _shown(targets: Iterable[Target]) -> Iterator[Target]:
    """Those with a setting in or below them."""
    for target in targets:
        sets = target.kind in _KINDS and any(inner.kind == "block" for inner in target.walk())
        if sets or target.kind == "key":
            yield target


def _nested(targets: Iterable[Target], positions: Positions) -> Iterator[types.DocumentSymbol]:
    for target in _shown(targets):
        yield types.DocumentSymbol(
            name=target.label or "?",
            kind=_KINDS[target.kind],
            range=positions.range(target.full.cover(target.span)),
            selection_range=positions.range(target.span),
            detail=target.value,
            children=list(_nested(target.children, positions)) or None,
        )


def _flat(
    targets: Iterable[Target], positions: Positions, uri: str, holder: str | None
) -> Iterator[types.SymbolInformation]:
    for target in _shown(targets):
        place = types.Location(uri, positions.range(target.full.cover(target.span)))
        name = target.label or "?"
        yield types.SymbolInformation(place, name, _KINDS[target.kind], container_name=holder)
        yield from _flat(target.children, positions, uri, name)
