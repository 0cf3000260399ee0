"""The ``build_after`` and ``state`` in force for the models of the root project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Setting
from stateaware.config.reader import FRESHNESS, STATE
from stateaware.findings import Place
from stateaware.rules.once import once_per_project
from stateaware.syntax.tree import Mapping, Node

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

OWN_LAYERS: Final = frozenset({"config()", "properties", "version", "file"})
"""Layers that speak of one model; the others hold for whatever is below them."""


@once_per_project
def own_models(project: Project) -> list[ModelNode]:
    """The root project's models that the engine keeps, if something is set for them or they have versions."""
    return [
        model
        for model in project.models.values()
        if (model.version is not None or any(effective.order for effective in model.effective.values()))
        and model.package.is_root
        and not model.rejected
    ]


def build_after(model: ModelNode) -> dict[str, object] | None:
    """The ``count``, ``period`` and ``updates_on`` in force; None where none are, or they are unknown."""
    return _part(model, FRESHNESS, "build_after")


def state(model: ModelNode) -> dict[str, object] | None:
    """The ``state`` in force; None where there is none, or it is unknown."""
    effective = model.effective.get(STATE)
    if effective is None or effective.unknown is not None:
        return None
    return effective.value if isinstance(effective.value, dict) and effective.value else None


def _part(model: ModelNode, key: str, name: str) -> dict[str, object] | None:
    effective = model.effective.get(key)
    value = effective.value if effective is not None and effective.unknown is None else None
    part = value.get(name) if isinstance(value, dict) else None
    if not isinstance(part, dict) or all(inner is None for inner in part.values()):
        return None
    return part


def winner(model: ModelNode, key: str) -> Setting | None:
    """The setting in force for a key."""
    effective = model.effective.get(key)
    return effective.winner if effective is not None else None


def inner_place(setting: Setting, *path: str) -> Place:
    """The place of a key inside a setting, as deep as it is written there (``build_after``, ``count``)."""
    node, span = setting.node, setting.span
    for name in path:
        entry = node.get(name) if isinstance(node, Mapping) else None
        if entry is None:
            break
        node, span = entry.value, entry.span
    return Place(setting.file, span)


def inner_node(setting: Setting, *path: str) -> Node | None:
    """The value of a key inside a setting; None where it is not written there."""
    node: Node | None = setting.node
    for name in path:
        node = node.value(name) if isinstance(node, Mapping) else None
    return node
