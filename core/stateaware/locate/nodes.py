"""From what was pointed at to the nodes that it is about, and to the places that set their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from stateaware.config.layers import Effective, Setting
from stateaware.explain.folder import reached_nodes
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.locate.target import OfEntry, OfFile, OfRef, OfSource, OfTree, Subject
from stateaware.workspace import Project

Node: TypeAlias = ModelNode | SourceNode


def nodes_of(project: Project, subject: Subject) -> tuple[Node, ...]:
    """The nodes that something is about, in the project's order; none where they are not known.

    The project must hold what is near them: the whole, or a part around the subject.
    """
    if isinstance(subject, OfTree):
        return reached_nodes(project, subject.resource, subject.path)
    if isinstance(subject, OfEntry):
        return tuple(_of_entry(project, subject))
    if isinstance(subject, OfFile):
        return tuple(model for model in project.models.values() if model.file.file == subject.file)
    node = _referred(project, subject)
    return () if node is None else (node,)


def _of_entry(project: Project, subject: OfEntry) -> Iterable[Node]:
    if subject.resource == "source":
        found = [node for node in project.sources.values() if node.entry.node is subject.item]
        if not found:  # one that `overrides` another, or was found to be defined twice
            found = [
                node
                for node in project.sources.values()
                if node.package.name == subject.package and node.source_name == subject.name
            ]
        return [node for node in found if subject.part is None or node.name == subject.part_name]
    models = project.models.values()
    own = [m for m in models if m.entry is not None and m.entry.node is subject.item]
    if own:
        return [m for m in own if subject.part is None or m.version is subject.part]
    # the entry of a file that the check does not read
    model = project.models.get(f"model.{subject.package}.{subject.name}")
    return [model] if model is not None and model.entry is None and subject.part is None else []


def _referred(project: Project, subject: OfRef | OfSource | OfFile) -> Node | None:
    inside = next((m.package.name for m in project.models.values() if m.file.file == subject.file), "")
    found = None
    if isinstance(subject, OfRef):
        found = project.parents.ref(subject.name, subject.package, subject.version, inside or project.name)
    elif isinstance(subject, OfSource):
        found = project.parents.source(subject.source, subject.table, inside or project.name)
    return None if found is None else project.models.get(found) or project.sources.get(found)


def values_of(node: Node) -> dict[str, Effective]:
    """What is in force for a node, by key path."""
    if isinstance(node, ModelNode):
        return node.effective
    return node.config.effective if node.config is not None else {}


def settings_in_force(node: Node, key: str = "") -> list[Setting]:
    """The places of which a node has its values, each once; ``key`` narrows it to one setting."""
    return list(once(one.winner for one in _values(node, key) if one.winner is not None))


def settings_of(node: Node, key: str = "") -> list[Setting]:
    """Every place that sets a value for a node, the strongest first in each setting."""
    return list(once(setting for one in _values(node, key) for setting in one.order))


def _values(node: Node, key: str) -> Iterator[Effective]:
    for name, effective in values_of(node).items():
        if not key or name.partition(".")[0] == key:
            yield effective


def once(settings: Iterable[Setting]) -> Iterator[Setting]:
    """The settings without those that are written at the same place."""
    seen = set()
    for setting in settings:
        place = (setting.file, setting.key.span)
        if place not in seen:
            seen.add(place)
            yield setting
