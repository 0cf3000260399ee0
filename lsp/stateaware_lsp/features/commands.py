"""Commands for editors: explain, plan a run, check everything, the tree of the explain view."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams

from stateaware.explain import explain_node
from stateaware.explain.folder import FolderExplanation, explain_folder
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.locate import outline
from stateaware.locate.nodes import Node, nodes_of
from stateaware.locate.target import OfEntry, OfFile, OfTree
from stateaware.text.span import Span
from stateaware.workspace import Project
from stateaware_lsp.answers import Json, about_node, about_several, folder_entry, node_entry
from stateaware_lsp.planning import plan_answer, read_question
from stateaware_lsp.pointing import Pointed, point
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Located, Server


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.command("stateaware.server.explain")
    async def explain(target: Any = None) -> Json | None:
        await asyncio.sleep(0)
        asked = _mapping(target)
        pointed = None if "node" in asked else _pointed(server, asked)
        if pointed is not None and len(nodes_of(pointed.around, pointed.target.subject)) != 1:
            return about_several(pointed)
        found = _node(server, asked)
        if found is None:
            return None
        project, node = found
        view = _near(project, node)
        return about_node(server, project, explain_node(view, view.nodes[node.unique_id]), view)

    @server.command("stateaware.server.simulatePlan")
    async def simulate_plan(target: Any = None) -> Json | None:
        asked = _mapping(target)
        question = read_question(asked)
        found = _planned(server, asked)
        if found is None:
            return None
        project, models = found
        whole = project.index.project
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, plan_answer, whole, models, question)

    @server.command("stateaware.server.checkWorkspace")
    async def check_workspace() -> Json:
        await server.ready.wait()
        for project in server.projects:
            await server.settled(project)
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
            return {"nodes": [folder_entry(server, project, one, span) for one, span in _folders(located)]}
        view = located.view
        return {
            "nodes": [
                node_entry(server, project, explain_node(view, node)) for node in _nodes_of_file(located)
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
        name = _text(asked, "node")
        root = _text(asked, "project") if asked.get("project") is not None else None
        for project in server.projects:
            if root is None or project is _project(server, root):
                whole = project.index.project
                node = whole.nodes.get(name) or next(iter(whole.graph.by_name.get(name, ())), None)
                if node is not None:
                    return project, node
        return None
    pointed = _pointed(server, asked)
    if pointed is not None:
        return pointed.project, nodes_of(pointed.around, pointed.target.subject)[0]
    located = server.locate(_text(asked, "uri"))
    nodes = [] if located is None or located.project.index.stale(located.path) else _nodes_of_file(located)
    return (located.project, nodes[0]) if located is not None and len(nodes) == 1 else None


def _pointed(server: Server, asked: Mapping[str, Any]) -> Pointed | None:
    """What stands at the position that is asked about, if it is about anything."""
    uri, given = _text(asked, "uri"), asked.get("position")
    if given is None:
        return None
    line, character = (
        given.get(key) if isinstance(given, Mapping) else None for key in ("line", "character")
    )
    if not (isinstance(line, int) and isinstance(character, int) and line >= 0 and character >= 0):
        raise JsonRpcInvalidParams("`position` must have `line` and `character`")
    pointed = point(server, uri, types.Position(line, character))
    if pointed is None or isinstance(pointed.target.subject, OfTree):
        return pointed
    return pointed if nodes_of(pointed.around, pointed.target.subject) else None


def _project(server: Server, root: str) -> OpenProject | None:
    """A project by the path or URI of its folder."""
    path = uris.to_fs_path(root) if root.startswith("file:") else root
    return None if path is None else server.projects.by_root.get(Path(path))


def _planned(server: Server, asked: Mapping[str, Any]) -> tuple[OpenProject, frozenset[str]] | None:
    """The project, and the models whose plan is asked for: one, those of a file, or all that are its own."""
    if "node" in asked or "position" in asked:
        found = _node(server, asked)
        if found is None or not isinstance(found[1], ModelNode):
            return None
        return found[0], frozenset({found[1].unique_id})
    if "uri" not in asked:
        project = _project(server, _text(asked, "project"))
        return None if project is None else (project, _own_models(project))
    located = server.locate(_text(asked, "uri"))
    if located is None:
        return None
    models = {node.unique_id for node in _nodes_of_file(located) if isinstance(node, ModelNode)}
    if not models and located.path == located.project.index.project_file:
        return located.project, _own_models(located.project)
    return located.project, frozenset(models)


def _own_models(project: OpenProject) -> frozenset[str]:
    models = project.index.project.models
    return frozenset(unique_id for unique_id, model in models.items() if model.package.is_root)


def _near(project: OpenProject, node: Node) -> Project:
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


def _folders(located: Located) -> list[tuple[FolderExplanation, Span]]:
    return [
        (explain_folder(located.view, target.subject.resource, target.subject.path), target.span)
        for top in outline(located.view, located.file)
        for target in top.walk()
        if target.kind == "folder"
        and isinstance(target.subject, OfTree)
        and any(child.path for child in target.children)
    ]
