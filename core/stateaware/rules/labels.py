"""The labels of subjects that are about a setting in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.rules.once import once_per_project
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


@once_per_project
def _written(project: Project) -> dict[tuple[str, Span], str]:
    """The label of each written setting, by the place of its key."""
    return {(w.setting.file, w.setting.key.span): w.label for w in project.written}


def label_of(
    project: Project, setting: Setting, nodes: Sequence[ModelNode | SourceNode]
) -> tuple[str, str | None]:
    """The label of a setting (``orders``, ``models.shop.marts``), and the unique_id of an only node.

    ``nodes`` are those that the setting is in force for, at least one.
    """
    first = nodes[0]
    own = first.label if isinstance(first, SourceNode) else first.name
    label = _written(project).get((setting.file, setting.key.span), own)
    return label, first.unique_id if len(nodes) == 1 else None
