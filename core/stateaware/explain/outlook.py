"""What may happen to a model in a run, told from the configuration alone."""

from __future__ import annotations

from typing import Final

from stateaware.explain.explanation import explain_node
from stateaware.graph.nodes import ModelNode
from stateaware.workspace import Project

NOTE: Final = (
    "told from the configuration alone: whether a parent has new data and when a model was last built "
    "is not known, so nothing is decided"
)


def outlook(project: Project, models: list[ModelNode]) -> dict[str, object]:
    """What is known of some models before a run, as JSON: schemas/plan-outlook.schema.json."""
    return {
        "schema_version": 1,
        "project": project.name,
        "engine": project.engine.name,
        "note": NOTE,
        "nodes": [_node(project, model) for model in models],
    }


def _node(project: Project, model: ModelNode) -> dict[str, object]:
    explanation = explain_node(project, model)
    value = explanation.values[0]
    winner = value.effective.winner
    return {
        "unique_id": model.unique_id,
        "name": model.label,
        "file": model.file.file,
        "decision": "unknown",
        "text": explanation.conclusion or value.text,
        "build_after": None if value.effective.unknown is not None else _build_after(value.effective.value),
        "origin": None if winner is None else {"file": winner.file, "line": winner.span.line},
        "parents": [parent.unique_id for parent in explanation.parents],
        "parents_complete": explanation.complete,
    }


def _build_after(value: object) -> object:
    return value.get("build_after") if isinstance(value, dict) else None
