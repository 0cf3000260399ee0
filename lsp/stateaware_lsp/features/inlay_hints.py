"""Inlay hints: what a model or table inherits, behind its name."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from stateaware_lsp.server import Server
from stateaware_lsp.steady import SteadyLenses


def register(server: Server) -> None:
    """Teach a server the feature."""
    steady = SteadyLenses()

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint] | None:
        await asyncio.sleep(0)
        uri = params.text_document.uri
        if not server.settings.inlay_hints:
            return None
        located = server.locate(uri)
        if located is None or located.path in located.project.index.inputs.code:
            steady.forget(uri)
            return None
        wanted = located.positions.span(params.range)
        hints = []
        for lens in steady.of(located):
            if not lens.inherited or not wanted.line <= lens.span.end_line <= wanted.end_line:
                continue
            winner = lens.places[0]
            link = server.location(located.project, winner.file, winner.span)
            hints.append(
                types.InlayHint(
                    position=located.positions.position(lens.span.end_line, lens.span.end_column),
                    label=[
                        # VS Code cuts hints at 43 characters
                        types.InlayHintLabelPart(f"{lens.value.removeprefix('build_after ')} · "),
                        types.InlayHintLabelPart(lens.beside.removeprefix("from "), location=link),
                    ],
                    padding_left=True,
                    tooltip=f"In force here, {lens.beside} ({winner.layer.label})",
                )
            )
        return hints or None
