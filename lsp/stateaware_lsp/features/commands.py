"""Commands for editors: explain, plan a run, check everything, the tree of the explain view."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from stateaware.explain import explain_node
from stateaware.explain.folder import FolderExplanation, explain_folder
from stateaware.graph.nodes import ModelNode
from stateaware.locate import outline
from stateaware.locate.nodes import nodes_of
from stateaware.locate.target import OfTree
from stateaware.text.span import Span
from stateaware_lsp.answers import Json, about_node, about_several, folder_entry, node_entry
from stateaware_lsp.asked import mapping_of, near_of, node_of, nodes_of_file, pointed_at, project_of, text_of
from stateaware_lsp.planning import plan_answer, read_question
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Located, Server


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.command("stateaware.server.explain")
    async def explain(target: Any = None) -> Json | None:
        await asyncio.sleep(0)
        asked = mapping_of(target)
        pointed = None if "node" in asked else pointed_at(server, asked)
        if pointed is not None and len(nodes_of(pointed.around, pointed.target.subject)) != 1:
            return about_several(pointed)
        found = node_of(server, asked)
        if found is None:
            return None
        project, node = found
        view = near_of(project, node)
        return about_node(server, project, explain_node(view, view.nodes[node.unique_id]), view)

    @server.command("stateaware.server.simulatePlan")
    async def simulate_plan(target: Any = None) -> Json | None:
        asked = mapping_of(target)
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
        located = server.locate(text_of(mapping_of(target), "uri"))
        if located is None or located.project.index.stale(located.path):
            return {"nodes": []}
        project = located.project
        if located.path == project.index.project_file:
            return {"nodes": [folder_entry(server, project, one, span) for one, span in _folders(located)]}
        view = located.view
        return {
            "nodes": [
                node_entry(server, project, explain_node(view, node)) for node in nodes_of_file(located)
            ]
        }


def _planned(server: Server, asked: Mapping[str, Any]) -> tuple[OpenProject, frozenset[str]] | None:
    """The project, and the models whose plan is asked for: one, those of a file, or all that are its own."""
    if "node" in asked or "position" in asked:
        found = node_of(server, asked)
        if found is None or not isinstance(found[1], ModelNode):
            return None
        return found[0], frozenset({found[1].unique_id})
    if "uri" not in asked:
        project = project_of(server, text_of(asked, "project"))
        return None if project is None else (project, _own_models(project))
    located = server.locate(text_of(asked, "uri"))
    if located is None:
        return None
    models = {node.unique_id for node in nodes_of_file(located) if isinstance(node, ModelNode)}
    if not models and located.path == located.project.index.project_file:
        return located.project, _own_models(located.project)
    return located.project, frozenset(models)


def _own_models(project: OpenProject) -> frozenset[str]:
    models = project.index.project.models
    return frozenset(unique_id for unique_id, model in models.items() if model.package.is_root)


def _folders(located: Located) -> list[tuple[FolderExplanation, Span]]:
    return [
        (explain_folder(located.view, target.subject.resource, target.subject.path), target.span)
        for top in outline(located.view, located.file)
        for target in top.walk()
        if target.kind == "folder"
        and isinstance(target.subject, OfTree)
        and any(child.path for child in target.children)
    ]
