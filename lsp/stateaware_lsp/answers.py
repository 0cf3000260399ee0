"""What is in force as JSON, for the commands and the explain view of editors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from lsprotocol import types

from stateaware.config.layers import Setting
from stateaware.explain import Explanation
from stateaware.explain.explanation import ValueLine
from stateaware.explain.folder import FolderExplanation, explain_folder
from stateaware.explain.markdown import explanation_markdown, folder_markdown
from stateaware.explain.text import value_label
from stateaware.graph.nodes import SourceNode
from stateaware.locate.hover import hover_text
from stateaware.locate.target import OfTree
from stateaware.text.span import Span
from stateaware.workspace import Project
from stateaware_lsp.pointing import Pointed
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Server

Json: TypeAlias = dict[str, Any]

_ICONS: Final = {
    "in force": "check",
    "partly in force": "check",
    "clears": "circle-slash",
    "not valid": "error",
}
"""Codicons of layers; all others have a circle."""


def about_node(server: Server, project: OpenProject, found: Explanation, view: Project) -> Json:
    """All about one model or table: schemas/editor-explain.schema.json."""

    def link(file: str, span: Span | None) -> str:
        uri = server.uri_of(project.index.absolute(file))
        return uri if span is None else f"{uri}#L{span.line}"

    return {
        "schema_version": 1,
        "node": found.node.unique_id,
        "kind": "source" if isinstance(found.node, SourceNode) else "model",
        "text": explanation_markdown(view, found, link),
        "values": _values(server, project, found.values),
        "parents": [{"unique_id": parent.unique_id, "text": parent.text} for parent in found.parents],
        "parents_complete": found.complete,
        "conclusion": found.conclusion,
    }


def about_several(pointed: Pointed) -> Json:
    """About a folder of dbt_project.yml, or an entry with several tables or versions; same schema."""
    target = pointed.target
    name, kind, values = target.label, "group", []
    if isinstance(target.subject, OfTree):
        folder = explain_folder(pointed.around, target.subject.resource, target.subject.path)
        name, kind, text = folder.title, "folder", folder_markdown(folder, pointed.link)
        values = _values(pointed.server, pointed.project, (value.line for value in folder.values))
    else:
        text = hover_text(target, pointed.around, pointed.near, pointed.link) or ""
    return {
        "schema_version": 1,
        "node": name,
        "kind": kind,
        "text": text,
        "values": values,
        "parents": [],
        "parents_complete": True,
        "conclusion": "",
    }


def _values(server: Server, project: OpenProject, values: Iterable[ValueLine]) -> list[Json]:
    return [
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
        for value in values
    ]


def _location(server: Server, project: OpenProject, setting: Setting) -> types.Location:
    return server.location(project, setting.file, setting.span)


def node_entry(server: Server, project: OpenProject, found: Explanation) -> Json:
    """A node of the explain view: below it its keys, below these the places that set them."""
    node = found.node
    source = isinstance(node, SourceNode)
    name = node.name_node if isinstance(node, SourceNode) else None
    return {
        "label": node.label,
        "description": found.conclusion,
        "tooltip": node.unique_id,
        "icon": "database" if source else "symbol-class",
        "location": server.location(project, node.file.file, name.span if name is not None else None),
        "children": [_value_entry(server, project, value, source) for value in found.values],
    }


def folder_entry(server: Server, project: OpenProject, found: FolderExplanation, span: Span) -> Json:
    """The same of a folder in dbt_project.yml, whose key is at a span."""
    return {
        "label": found.title,
        "description": "",
        "tooltip": "",
        "icon": "folder",
        "location": server.location(project, project.index.project.project_file.file, span),
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
