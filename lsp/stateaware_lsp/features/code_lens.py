"""Code lenses: what is in force for a model, table or folder, and what a run now would do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Final

from lsprotocol import types

from stateaware.locate.lenses import SEPARATOR, Lens
from stateaware.report.plan_short import lens_words
from stateaware.text.span import Span
from stateaware_lsp.keeping import refresh_lenses
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Located, Server
from stateaware_lsp.steady import SteadyLenses

_SIMULATE: Final = "stateaware.simulatePlan"


def register(server: Server) -> None:
    """Teach a server the feature."""
    steady = SteadyLenses()

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        await asyncio.sleep(0)
        uri = params.text_document.uri
        if not server.settings.code_lens:
            return None
        located = server.locate(uri)
        if located is None:
            steady.forget(uri)
            return None
        said = [lens for lens in steady.of(located) if not (lens.inherited and _is_hint(server, located))]
        shown = [_lens(server, located, lens) for lens in said]
        if server.settings.plan:
            shown += _plan_lenses(server, located, said)
        return shown or None

    server.listeners.append(_Refresh(server).tell)


def _is_hint(server: Server, located: Located) -> bool:
    """Whether an inlay hint says what is inherited in this file, so that no lens must."""
    document = server.client_capabilities.text_document
    hints = document is not None and document.inlay_hint is not None and server.settings.inlay_hints
    return hints and located.path not in located.project.index.inputs.code


def _lens(server: Server, located: Located, lens: Lens) -> types.CodeLens:
    found = located.positions.range(lens.span)
    places = [server.location(located.project, one.file, one.span) for one in lens.places]
    command: types.Command | None
    if "stateaware.showLocations" in server.client_commands and len(places) > 1:
        arguments = [located.uri, found.start, places]
        command = types.Command(lens.text, "stateaware.showLocations", arguments=arguments)
    elif "stateaware.explain" in server.client_commands:
        target = {"uri": located.uri, "position": found.start}
        command = types.Command(lens.text, "stateaware.explain", arguments=[target])
    else:
        target = {"uri": located.uri, "position": found.start}
        command = types.Command(lens.text, "stateaware.server.explain", arguments=[target])
    return types.CodeLens(found, command=command)


def _plan_lenses(server: Server, located: Located, said: list[Lens]) -> Iterator[types.CodeLens]:
    """What a run now would do with the models that have a lens, and with that of a model's file."""
    simulates = _SIMULATE in server.client_commands
    now = datetime.now(timezone.utc)
    for model, span in _models(located, said):
        decision = located.project.forecast.decision(model, now)
        words = "" if decision is None else lens_words(decision)
        if not words and not simulates:
            continue
        title = SEPARATOR.join(part for part in (words, "simulate" if simulates else "") if part)
        target = {"project": str(located.project.root), "node": model}
        command = types.Command(
            title, _SIMULATE if simulates else "stateaware.server.simulatePlan", arguments=[target]
        )
        yield types.CodeLens(located.positions.range(span), command=command)


def _models(located: Located, said: list[Lens]) -> Iterator[tuple[str, Span]]:
    if located.path not in located.project.index.inputs.code:
        yield from ((lens.model, lens.span) for lens in said if lens.model)
        return
    for model in located.view.models.values():
        if model.file.file == located.file:
            yield model.unique_id, Span.at(1, 1)


class _Refresh:
    """Asks the editor for lenses and hints again when a value elsewhere may have changed."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def tell(self, project: OpenProject, files: set[str], edited: bool) -> None:
        """Findings of some files changed."""
        workspace = self._server.client_capabilities.workspace
        if edited or workspace is None:
            return
        refresh_lenses(self._server)
        if workspace.inlay_hint is not None and workspace.inlay_hint.refresh_support:
            self._server.workspace_inlay_hint_refresh(None)
