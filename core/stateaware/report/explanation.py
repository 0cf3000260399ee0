"""The document of ``explain --format json``."""

from __future__ import annotations

from typing import Any

from stateaware.explain import Explanation
from stateaware.explain.explanation import LayerLine, ValueLine
from stateaware.graph.nodes import SourceNode
from stateaware.report.resolution import SCHEMA_VERSION, model_document, place, source_document
from stateaware.workspace import Project


def explanation_document(project: Project, explanations: list[Explanation]) -> dict[str, Any]:
    """Everything that ``explain`` says about some nodes, without findings."""
    return {
        "schema_version": SCHEMA_VERSION,
        "engine": project.profile.name,
        "project": project.name,
        "nodes": {explanation.node.unique_id: _node(explanation) for explanation in explanations},
        "findings": [],
    }


def _node(explanation: Explanation) -> dict[str, Any]:
    node = explanation.node
    document = source_document(node) if isinstance(node, SourceNode) else model_document(node)
    return {
        **document,
        "values": [_value(value) for value in explanation.values],
        "parents": [{"unique_id": p.unique_id, "text": p.text} for p in explanation.parents],
        "conclusion": explanation.conclusion,
    }


def _value(line: ValueLine) -> dict[str, Any]:
    return {
        "key": line.key,
        "value": _unknown_or(line),
        "text": line.text,
        "layers": [_layer(line.key, layer) for layer in line.layers],
        "engines": [
            {"engine": other.engine, "value": other.value, "text": other.text} for other in line.engines
        ],
        "notes": list(line.notes),
    }


def _unknown_or(line: ValueLine) -> Any:
    unknown = line.effective.unknown
    return line.effective.value if unknown is None else {"unknown": True, "reason": unknown.reason}


def _layer(key: str, line: LayerLine) -> dict[str, Any]:
    return {
        **place(line.setting, key),
        "status": line.status,
        "value": line.setting.block.value,
        "text": line.text,
    }
