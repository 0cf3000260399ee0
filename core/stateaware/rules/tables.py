"""The source tables of the root project, with what is in force for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stateaware.config.layers import Effective, Setting
from stateaware.findings import Place
from stateaware.graph.nodes import SourceNode
from stateaware.syntax.tree import Mapping
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


def own_tables(project: Project) -> Iterator[tuple[SourceNode, dict[str, Effective]]]:
    """Each table of the root project and its values by key path."""
    for node in project.sources.values():
        if node.package.is_root and node.config is not None:
            yield node, node.config.effective


def part_place(setting: Setting, key: str) -> Place:
    """The place of a part of a freshness block (``freshness.filter``), or of the whole setting."""
    name = key.rpartition(".")[2]
    return Place(setting.file, setting.part(name))


def key_place(setting: Setting, key: str) -> Place:
    """Like `part_place`, of the key alone where the part is written as one."""
    name = key.rpartition(".")[2]
    if isinstance(setting.node, Mapping):
        entry = setting.node.get(name)
        if entry is not None:
            return Place(setting.file, entry.key.span)
    return Place(setting.file, setting.key.span)


def start(place: Place) -> tuple[str, Span]:
    """A key that tells places apart."""
    return place.file, place.span or Span.at(1, 1)
