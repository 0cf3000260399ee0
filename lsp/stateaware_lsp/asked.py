"""What the argument of a command means: a project, a file, a node."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams

from stateaware.graph.nodes import SourceNode
from stateaware.locate import outline
from stateaware.locate.nodes import Node, nodes_of
from stateaware.locate.target import OfEntry, OfFile, OfTree
from stateaware.workspace import Project
from stateaware_lsp.pointing import Pointed, point
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Located, Server


def mapping_of(given: object) -> Mapping[str, Any]:
    """The argument of a command.

    Raises:
        JsonRpcInvalidParams: it is no object.
    """
    if not isinstance(given, Mapping):
        raise JsonRpcInvalidParams("the argument must be an object with `uri`, or with `node`")
    return given


def text_of(given: Mapping[str, Any], key: str) -> str:
    """A text in it that must be there.

    Raises:
        JsonRpcInvalidParams: it is not.
    """
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise JsonRpcInvalidParams(f"the argument lacks `{key}`")
    return value


def node_of(server: Server, asked: Mapping[str, Any]) -> tuple[OpenProject, Node] | None:
    """The node that is meant: by unique_id or name, by a position in a file, or the only one of a file."""
    if "node" in asked:
        name = text_of(asked, "node")
        root = text_of(asked, "project") if asked.get("project") is not None else None
        for project in server.projects:
            if root is None or project is project_of(server, root):
                whole = project.index.project
                node = whole.nodes.get(name) or next(iter(whole.graph.by_name.get(name, ())), None)
                if node is not None:
                    return project, node
        return None
    pointed = pointed_at(server, asked)
    if pointed is not None:
        return pointed.project, nodes_of(pointed.around, pointed.target.subject)[0]
    located = server.locate(text_of(asked, "uri"))
    nodes = [] if located is None or located.project.index.stale(located.path) else nodes_of_file(located)
    return (located.project, nodes[0]) if located is not None and len(nodes) == 1 else None


def pointed_at(server: Server, asked: Mapping[str, Any]) -> Pointed | None:
    """What stands at the position that is asked about, if it is about anything."""
    uri, given = text_of(asked, "uri"), asked.get("position")
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


def project_of(server: Server, root: str) -> OpenProject | None:
    """A project by the path or URI of its folder."""
    path = uris.to_fs_path(root) if root.startswith("file:") else root
    return None if path is None else server.projects.by_root.get(Path(path))


def near_of(project: OpenProject, node: Node) -> Project:
    """A project that knows all about a node."""
    index = project.index
    return index.near(f"source:{node.source_name}" if isinstance(node, SourceNode) else node.file.stem)


def nodes_of_file(located: Located) -> list[Node]:
    """The models and tables that a file is about."""
    found: dict[str, Node] = {}
    view = located.view
    if located.path in located.project.index.inputs.code:
        found.update((node.unique_id, node) for node in nodes_of(view, OfFile(located.file)))
    for top in outline(view, located.file):
        for target in top.walk():
            if target.kind == "entry" and isinstance(target.subject, OfEntry):
                found.update((node.unique_id, node) for node in nodes_of(view, target.subject))
    return list(found.values())
