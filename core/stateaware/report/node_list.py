"""The document of ``ls --format json``, and the words of its lines: what is in force for many nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from stateaware.config.layers import Effective
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE
from stateaware.explain.words import NOT_SET, value_words
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.records import dataclass
from stateaware.workspace import Project

SCHEMA_VERSION: Final = 1
Status: TypeAlias = Literal["set", "not set", "switched off", "unknown"]

_KEYS: Final = {"model": (FRESHNESS, STATE), "source": (FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY)}


@dataclass(frozen=True, slots=True)
class ValueInForce:
    """One key of a node: ``value`` in dbt's form, ``text`` in words. A null or empty one is switched off."""

    key: str
    status: Status
    value: object
    text: str


def kind_of(node: ModelNode | SourceNode) -> str:
    """``model`` or ``source``."""
    return "source" if isinstance(node, SourceNode) else "model"


def effective_of(node: ModelNode | SourceNode) -> Mapping[str, Effective]:
    """A node's values by key path."""
    if isinstance(node, SourceNode):
        return node.config.effective if node.config is not None else {}
    return node.effective


def values_in_force(node: ModelNode | SourceNode) -> Iterator[ValueInForce]:
    """The keys that a node of its kind may have."""
    effective = effective_of(node)
    for key in _KEYS[kind_of(node)]:
        if key in effective:
            yield _value(kind_of(node), effective[key])


def _value(kind: str, effective: Effective) -> ValueInForce:
    key = effective.key
    if effective.unknown is not None:
        value = {"unknown": True, "reason": effective.unknown.reason}
        return ValueInForce(key, "unknown", value, "unknown until dbt runs")
    if effective.winner is None:
        return ValueInForce(key, "not set", effective.value, NOT_SET)
    if effective.cleared:
        return ValueInForce(key, "switched off", effective.value, "switched off")
    return ValueInForce(key, "set", effective.value, value_words(kind, key, effective.value, short=True))


def words_in_force(node: ModelNode | SourceNode) -> str:
    """All keys on one line: ``4 hours, all; state pre_clone never``; keys that are not set are left out."""
    said = (
        value.text if value.key == FRESHNESS else f"{value.key} {value.text}"
        for value in values_in_force(node)
        if value.status != "not set"
    )
    return "; ".join(said) or NOT_SET


def list_document(found: Iterable[tuple[str, Project, Iterable[ModelNode | SourceNode]]]) -> dict[str, Any]:
    """The document of ``ls``: for each project its folder in the repository, itself, and the nodes listed."""
    projects: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for folder, project, listed in found:
        projects.append({"folder": folder, "name": project.name, "engine": project.profile.name})
        nodes += [_node(folder, node) for node in listed]
    return {"schema_version": SCHEMA_VERSION, "projects": projects, "nodes": nodes}


def _node(folder: str, node: ModelNode | SourceNode) -> dict[str, Any]:
    return {
        "project": folder,
        "unique_id": node.unique_id,
        "name": node.label,
        "resource_type": kind_of(node),
        "file": node.file.file,
        "values": {
            one.key: {"status": one.status, "value": one.value, "text": one.text}
            for one in values_in_force(node)
        },
    }
