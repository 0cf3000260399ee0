"""For the page of plans: the report that answers a question, and the places that it leads to."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from weakref import WeakKeyDictionary

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams, JsonRpcRequestCancelled

from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE
from stateaware.errors import StateawareError
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.index.index import CancelledError
from stateaware.locate.nodes import Node, values_of
from stateaware.workspace import Project
from stateaware_lsp.answers import Json
from stateaware_lsp.asked import mapping_of, near_of, node_of, project_of, text_of
from stateaware_lsp.keeping import Keeper
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.questions import Question, read_question, report_answer
from stateaware_lsp.server import Server

_ORDERS: Final[dict[str, tuple[str, ...]]] = {
    "model": (FRESHNESS, STATE),
    "state": (STATE, FRESHNESS),
    "source": (LOADED_AT_FIELD, LOADED_AT_QUERY, FRESHNESS),
}
"""Which settings of a node a plan is about, the first first."""


def register(server: Server) -> None:
    """Teach a server the feature."""
    Keeper(server)
    asked_last: WeakKeyDictionary[OpenProject, object] = WeakKeyDictionary()

    @server.command("stateaware.server.report")
    async def report(target: Any = None) -> Json | None:
        asked = mapping_of(target)
        question = read_question(asked.get("question"))
        await server.ready.wait()
        project = _project(server, asked)
        if project is None:
            return None
        turn = asked_last[project] = object()
        whole = project.index.project

        def proceed() -> None:
            if server.leaving or asked_last.get(project) is not turn:
                raise CancelledError

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(None, _answer, project, whole, question, proceed)
        except CancelledError:
            raise JsonRpcRequestCancelled("something else was asked since") from None
        except StateawareError as error:
            raise JsonRpcInvalidParams(_sentences(error)) from None
        finally:
            if asked_last.get(project) is turn:
                del asked_last[project]

    @server.command("stateaware.server.place")
    async def place(target: Any = None) -> Json | None:
        asked = mapping_of(target)
        await server.ready.wait()
        unique_id = asked.get("unique_id")
        project = _project(server, asked)
        if project is None:
            return None
        if unique_id is None:
            found = node_of(server, asked) if "uri" in asked or "node" in asked else None
            unique_id = found[1].unique_id if found is not None else None
        else:
            unique_id = text_of(asked, "unique_id")
        whole = project.index.project
        return {
            "project": str(project.root),
            "name": whole.name,
            "unique_id": unique_id,
            "location": _location(server, project, unique_id, asked) if unique_id else None,
        }


def _project(server: Server, asked: Any) -> OpenProject | None:
    """The project that is named, or that a file is of."""
    server.look()
    if asked.get("project") is not None:
        return project_of(server, text_of(asked, "project"))
    located = server.locate(text_of(asked, "uri"))
    return None if located is None else located.project


def _answer(project: OpenProject, whole: Project, question: Question, proceed: Any) -> Json:
    """In a thread: everything here may take seconds."""
    basis = project.forecast.basis(whole, question.at, proceed)
    proceed()
    return report_answer(whole, basis, question, proceed)


def _sentences(error: StateawareError) -> str:
    return f"{error.message}. {error.remedy}" if error.remedy else error.message


def _location(server: Server, project: OpenProject, unique_id: str, asked: Any) -> types.Location | None:
    """Of the setting in force, else of the file; ``mode`` says which setting the plan went by."""
    whole = project.index.project
    found = whole.nodes.get(unique_id)
    if found is None:
        return _other_file(server, project, unique_id)
    node: Node = near_of(project, found).nodes.get(unique_id, found)
    if asked.get("what") != "file":
        kind = "source" if isinstance(node, SourceNode) else str(asked.get("mode"))
        values = values_of(node)
        for key in _ORDERS.get(kind, _ORDERS["model"]):
            value = values.get(key)
            if value is not None and value.winner is not None:
                return server.location(project, value.winner.file, value.winner.key.span)
    name = None if isinstance(node, ModelNode) else node.name_node
    return server.location(project, node.file.file, None if name is None else name.span)


def _other_file(server: Server, project: OpenProject, unique_id: str) -> types.Location | None:
    """Of a snapshot or a seed."""
    whole = project.index.project
    for snapshot in whole.snapshots:
        if snapshot.unique_id == unique_id:
            return server.location(project, snapshot.file.file, None)
    for package, files in whole.package_files.items():
        for seed in files.seeds:
            if f"seed.{package}.{seed.stem}" == unique_id:
                return server.location(project, seed.file, None)
    return None
