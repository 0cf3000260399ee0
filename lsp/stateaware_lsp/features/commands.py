"""Commands for editors: explain, what is known of a run, check everything, the tree of the explain view."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from stateaware.config.layers import Setting
from stateaware.explain import Explanation, explain_node
from stateaware.explain.explanation import ValueLine
from stateaware.explain.folder import FolderExplanation, explain_folder
from stateaware.explain.markdown import explanation_markdown
from stateaware.explain.outlook import outlook
from stateaware.explain.text import value_label
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.locate import outline
from stateaware.locate.nodes import Node, nodes_of
from stateaware.locate.target import OfEntry, OfFile, OfTree
from stateaware.text.span import Span
from stateaware_lsp.pointing import point
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Located, Server

Json = dict[str, Any]

_ICONS = {"in force": "check", "partly in force": "check", "clears": "circle-slash", "not valid": "error"}


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.command("stateaware.server.explain")
    async def explain(target: Any = None) -> Json | None:
        await asyncio.sleep(0)
        found = _node(server, _mapping(target))
        if found is None:
            return None
        project, node = found
        view = _near(project, node)
        return _explanation(server, project, explain_node(view, node), view)

    @server.command("stateaware.server.simulatePlan")
    async def simulate_plan(target: Any = None) -> Json | None:
        await asyncio.sleep(0)
        asked = _mapping(target)
        if "node" in asked or "position" in asked:
            found = _node(server, asked)
            if found is None or not isinstance(found[1], ModelNode):
                return None
            return outlook(_near(*found), [found[1]])
        located = server.locate(_text(asked, "uri"))
        if located is None:
            return None
        models = [node for node in _nodes_of_file(located) if isinstance(node, ModelNode)]
        return outlook(located.view, models)

    @server.command("stateaware.server.checkWorkspace")
    async def check_workspace() -> Json:
        await server.ready.wait()
        await server.sweep()
        return {
            "projects": [
                {
                    "root": str(project.root),
                    "name": project.index.project.name,
                    "engine": project.index.settings.engine,
                    **{f"{severity}s": count for severity, count in project.counts().items()},
                }
                for project in server.projects
            ]
        }

    @server.command("stateaware.server.tree")
    async def tree(target: Any = None) -> Json:
        await asyncio.sleep(0)
        located = server.locate(_text(_mapping(target), "uri"))
        if located is None or located.project.index.stale(located.path):
            return {"nodes": []}
        project = located.project
        if located.path == project.index.project_file:
            return {"nodes": [_folder_entry(server, project, one) for one in _folders(located)]}
        view = located.view
        return {
            "nodes": [
                _node_entry(server, project, explain_node(view, node)) for node in _nodes_of_file(located)
            ]
        }


def _mapping(given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise JsonRpcInvalidParams("the argument must be an object with `uri`, or with `node`")
    return given


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise JsonRpcInvalidParams(f"the argument lacks `{key}`")
    return value


def _node(server: Server, asked: Mapping[str, Any]) -> tuple[OpenProject, Node] | None:
    """The node that is meant: by unique_id or name, by a position in a file, or the only one of a file."""
    if "node" in asked:
        name, root = _text(asked, "node"), asked.get("project")
        for project in server.projects:
            if root is None or Path(str(root)) == project.root:
                whole = project.index.project
                node = whole.nodes.get(name) or next(iter(whole.graph.by_name.get(name, ())), None)
                if node is not None:
                    return project, node
        return None
    uri = _text(asked, "uri")
    located = server.locate(uri)
    if located is None:
        return None
    given = asked.get("position")
    if isinstance(given, Mapping):
        try:
            position = types.Position(int(given["line"]), int(given["character"]))
        except (KeyError, TypeError, ValueError):
            raise JsonRpcInvalidParams("`position` must have `line` and `character`") from None
        pointed = point(server, uri, position)
        if pointed is not None:
            nodes = nodes_of(pointed.around, pointed.target.subject)
            if nodes:
                return located.project, nodes[0]
    nodes = tuple(_nodes_of_file(located))
    return (located.project, nodes[0]) if len(nodes) == 1 else None


def _near(project: OpenProject, node: Node) -> Any:
    index = project.index
    return index.near(f"source:{node.source_name}" if isinstance(node, SourceNode) else node.file.stem)


def _nodes_of_file(located: Located) -> list[Node]:
    found: dict[str, Node] = {}
    view = located.view
    if located.path in located.project.index.inputs.code:
        found.update((node.unique_id, node) for node in nodes_of(view, OfFile(located.file)))
    for top in outline(view, located.file):
        for target in top.walk():
            if target.kind == "entry" and isinstance(target.subject, OfEntry):
                found.update((node.unique_id, node) for node in nodes_of(view, target.subject))
    return list(found.values())


def _folders(located: Located) -> list[FolderExplanation]:
    return [
        explain_folder(located.view, target.subject.resource, target.subject.path)
        for top in outline(located.view, located.file)
        for target in top.walk()
        if target.kind == "folder"
        and isinstance(target.subject, OfTree)
        and any(child.path for child in target.children)
    ]


def _location(server: Server, project: OpenProject, setting: Setting) -> types.Location:
    return server.location(project, setting.file, setting.span)


def _explanation(server: Server, project: OpenProject, found: Explanation, view: Any) -> Json:
    def link(file: str, span: Span | None) -> str:
        uri = server.uri_of(project.index.absolute(file))
        return uri if span is None else f"{uri}#L{span.line}"

    return {
        "schema_version": 1,
        "node": found.node.unique_id,
        "kind": "source" if isinstance(found.node, SourceNode) else "model",
        "text": explanation_markdown(view, found, link),
        "values": [
            {
                "key": value.key,
                "text": value.text,
                "engines": [{"engine": one.engine, "text": one.text} for one in value.engines],
                "layers": [
                    {
                        "status": line.status,
                        "text": line.text,
                        "label": line.setting.layer.label,
                        "location": _location(server, project, line.setting),
                    }
                    for line in value.layers
                ],
            }
            for value in found.values
        ],
        "parents": [{"unique_id": parent.unique_id, "text": parent.text} for parent in found.parents],
        "parents_complete": found.complete,
        "conclusion": found.conclusion,
    }


def _node_entry(server: Server, project: OpenProject, found: Explanation) -> Json:
    node = found.node
    source = isinstance(node, SourceNode)
    name = node.name_node if isinstance(node, SourceNode) else None
    return {
        "label": node.label,
        "description": found.conclusion,
        "icon": "database" if source else "symbol-class",
        "location": server.location(project, node.file.file, name.span if name is not None else None),
        "children": [_value_entry(server, project, value, source) for value in found.values],
    }


def _folder_entry(server: Server, project: OpenProject, found: FolderExplanation) -> Json:
    return {
        "label": found.title,
        "description": "",
        "icon": "folder",
        "children": [
            {
                **_value_entry(server, project, value.line, found.resource == "source"),
                "tooltip": value.reach_text,
            }
            for value in found.values
        ],
    }


def _value_entry(server: Server, project: OpenProject, value: ValueLine, source: bool) -> Json:
    differs = "\n\n".join(f"{one.title}: {one.text}" for one in value.engines)
    return {
        "label": value_label(value, source),
        "description": value.text,
        "tooltip": differs,
        "icon": "symbol-property",
        "children": [
            {
                "label": f"{line.setting.file}:{line.setting.span.line}",
                "description": f"{line.setting.layer.label}  {line.text}  {line.status}",
                "icon": _ICONS.get(line.status, "circle-outline"),
                "location": _location(server, project, line.setting),
                "children": [],
            }
            for line in value.layers
        ],
    }
