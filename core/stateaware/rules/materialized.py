"""How a model is materialized. An ephemeral one is inlined: its own parents count in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

_DEFAULTS = {"sql": "view", "python": "table"}


def materialization(project: Project, model: ModelNode) -> str | None:
    """``table``, ``view``, …: dbt's default where nothing is set; None where it cannot be told."""
    found = project.plain.model(model, "materialized")
    return _DEFAULTS[model.language] if found == "" else found


def is_ephemeral(project: Project, model: ModelNode) -> bool | None:
    """Whether a model is ephemeral; None where that cannot be told without running dbt."""
    found = materialization(project, model)
    return None if found is None else found == "ephemeral"
