"""From nodes to the places that set their values, and from folders to the nodes that they reach."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from lsprotocol import types

from stateaware.config.layers import Setting
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.locate.places import deciding_settings, reached_by, setting_places
from stateaware_lsp.pointing import point
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Server


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(
        params: types.DefinitionParams,
    ) -> list[types.Location] | list[types.LocationLink] | None:
        await asyncio.sleep(0)
        found = point(server, params.text_document.uri, params.position)
        if found is None:
            return None
        settings = deciding_settings(found.target, found.around, found.near)
        if not settings:
            return None
        if _takes_links(server):
            origin = found.located.positions.range(found.target.span)
            return [_link(server, found.project, setting, origin) for setting in settings]
        return _locations(server, found.project, settings)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location] | None:
        await asyncio.sleep(0)
        found = point(server, params.text_document.uri, params.position)
        if found is None:
            return None
        nodes = reached_by(found.target, found.around)
        if nodes is not None:
            return [_node(server, found.project, node) for node in nodes] or None
        return (
            _locations(server, found.project, setting_places(found.target, found.around, found.near)) or None
        )


def _takes_links(server: Server) -> bool:
    document = server.client_capabilities.text_document
    definition = document.definition if document is not None else None
    return definition is not None and bool(definition.link_support)


def _locations(server: Server, project: OpenProject, settings: Iterable[Setting]) -> list[types.Location]:
    return [server.location(project, setting.file, setting.key.span) for setting in settings]


def _link(server: Server, project: OpenProject, setting: Setting, origin: types.Range) -> types.LocationLink:
    whole = server.location(project, setting.file, setting.span)
    key = server.location(project, setting.file, setting.key.span)
    return types.LocationLink(
        target_uri=whole.uri,
        target_range=whole.range,
        target_selection_range=key.range,
        origin_selection_range=origin,
    )


def _node(server: Server, project: OpenProject, node: ModelNode | SourceNode) -> types.Location:
    """Where a table is declared, or a model's file: of thousands none is read to tell its first line."""
    if isinstance(node, SourceNode) and node.name_node is not None:
        return server.location(project, node.file.file, node.name_node.span)
    start = types.Position(0, 0)
    return types.Location(server.uri_of(project.index.absolute(node.file.file)), types.Range(start, start))
