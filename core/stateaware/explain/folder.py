"""What a place of the ``models:`` or ``sources:`` tree of dbt_project.yml means for the nodes below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from stateaware.config.layers import Effective
from stateaware.config.models import ModelLayers, resolve_model, tree_settings
from stateaware.config.project_tree import TreeLevel
from stateaware.config.reader import FRESHNESS, MODEL_KEYS, SOURCE_KEYS, STATE, stored_keys
from stateaware.config.sources import SourceLayers, resolve_source
from stateaware.explain.explanation import ValueLine, other_engines, value_line
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.records import dataclass
from stateaware.workspace import Project

Resource: TypeAlias = Literal["model", "source"]
Node: TypeAlias = ModelNode | SourceNode

_NOBODY: Final = ""
"""The last part of a path that no key of a tree speaks of: a node that is not named there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The nodes below a place. ``others`` are those for which not the value of the place is in force."""

    nodes: tuple[Node, ...]
    others: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class FolderValue:
    """One key: what is in force below a place where nothing nearer sets it, and how far that reaches."""

    line: ValueLine
    reach: Reach
    reach_text: str


@dataclass(frozen=True, slots=True)
class FolderExplanation:
    """All that is said about one place of a tree. ``title`` is its path: ``models.shop.marts``."""

    title: str
    resource: Resource
    path: tuple[str, ...]
    values: tuple[FolderValue, ...]


def explain_folder(project: Project, resource: Resource, path: tuple[str, ...]) -> FolderExplanation:
    """Explain a place of the project's own dbt_project.yml; ``path`` are the keys below the tree's top.

    The project must be whole.
    """
    nodes = reached_nodes(project, resource, path)
    others = [(other, folder_effective(other, resource, path)) for other in other_engines(project)]
    values = []
    for key, effective in folder_effective(project, resource, path).items():
        if effective.winner is None and not effective.shadowed and key != FRESHNESS:
            continue
        found = [(other.profile, those[key]) for other, those in others if key in those]
        reach = reach_of(nodes, effective)
        text = reach_text(resource, effective, reach)
        values.append(FolderValue(value_line(resource, effective, found), reach, text))
    title = ".".join((f"{resource}s", *path))
    return FolderExplanation(title, resource, path, tuple(values))


def reached_nodes(project: Project, resource: Resource, path: tuple[str, ...]) -> tuple[Node, ...]:
    """The nodes of which a place of the project's own dbt_project.yml speaks."""
    depth = len(path)
    found: Iterator[Node]
    if resource == "model":
        found = (model for model in project.models.values() if model.lookup[:depth] == path)
    else:
        found = (node for node in project.sources.values() if node.fqn[:depth] == path)
    return tuple(found)


def reach_of(nodes: tuple[Node, ...], effective: Effective) -> Reach:
    """For how many of some nodes a value of their folder is in force, or that nothing is."""
    others = [node for node in nodes if not _holds(node, effective)]
    return Reach(nodes, tuple(others))


def _holds(node: Node, effective: Effective) -> bool:
    winner = effective.winner
    every = node.effective if isinstance(node, ModelNode) else {}
    if isinstance(node, SourceNode) and node.config is not None:
        every = node.config.effective
    found = [one.winner for key, one in every.items() if key.partition(".")[0] == effective.key]
    if winner is None:
        return all(one is None for one in found)
    return any(
        one is not None and one.key is winner.key and one.layer.name == winner.layer.name for one in found
    )


def reach_text(resource: Resource, effective: Effective, reach: Reach) -> str:
    """``reaches 37 models, 5 override it``."""
    count, others = len(reach.nodes), len(reach.others)
    what = "model" if resource == "model" else "source table"
    if not count:
        return f"reaches no {what}"
    text = f"reaches {count:,} {what}{'' if count == 1 else 's'}"
    if not others:
        return text
    does = "overrides" if others == 1 else "override"
    if effective.winner is None:
        return f"{text}, {others:,} {'sets' if others == 1 else 'set'} it nearer"
    return f"{text}, {others:,} {does} it"


def folder_effective(project: Project, resource: Resource, path: tuple[str, ...]) -> dict[str, Effective]:
    """What is in force for a node at a path that is not named in a tree and sets nothing itself."""
    place = (*path, _NOBODY)
    trees = project.model_trees if resource == "model" else project.source_trees
    root = trees[project.name]
    package = trees.get(path[0]) if path and path[0] != project.name else None
    keys = stored_keys("models" if resource == "model" else "sources", project.profile)
    if resource == "model":
        return {
            key: resolve_model(key, _layers(root, package, place, key), project.profile)
            for key in keys
            if key in MODEL_KEYS
        }
    every = {}
    for key in keys:
        layers = _layers(root, package, place, key)
        ignored = key not in (FRESHNESS, STATE) and not project.profile.project_loaded_at
        every[key] = SourceLayers(own=() if ignored else layers.own, root=layers.root)
    config = resolve_source(every, project.profile)
    return {key: config.effective[key] for key in SOURCE_KEYS}


def _layers(root: TreeLevel, package: TreeLevel | None, place: tuple[str, ...], key: str) -> ModelLayers:
    """The settings on the way to a place: the root project's, laid over a package's where it is one's."""
    if package is None:
        return ModelLayers(own=tree_settings(root, place, key))
    over = tree_settings(root, place, key, overrides=True)
    return ModelLayers(own=tree_settings(package, place, key), root=over)
