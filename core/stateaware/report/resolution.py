"""The documents of ``resolve`` and ``explain --format json``: values in dbt's form, with origins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stateaware.config.layers import Effective, Setting
from stateaware.config.reader import FRESHNESS
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.workspace import Project

SCHEMA_VERSION = 1


def resolution(project: Project) -> dict[str, Any]:
    """All nodes of a project: the document of ``resolve --format json`` without findings."""
    nodes: dict[str, Any] = {}
    for unique_id, model in sorted(project.models.items()):
        if not model.rejected:
            nodes[unique_id] = model_document(model)
    for unique_id, source in sorted(project.sources.items()):
        nodes[unique_id] = source_document(source)
    return {
        "schema_version": SCHEMA_VERSION,
        "engine": project.profile.name,
        "project": project.name,
        "nodes": nodes,
    }


def model_document(model: ModelNode) -> dict[str, Any]:
    """One model."""
    effective = model.effective
    config: dict[str, Any] = {FRESHNESS: _value(effective[FRESHNESS])}
    for key, one in effective.items():
        if key != FRESHNESS and one.winner is not None and (one.value is not None or one.unknown is not None):
            config[key] = _value(one)
    return _document("model", model, config, effective.values())


def source_document(source: SourceNode) -> dict[str, Any]:
    """One source table."""
    resolved = source.config
    if resolved is None:
        raise AssertionError(f"{source.unique_id} is not resolved")
    config = {key: _value(resolved.effective[key]) for key in resolved.values}
    return _document("source", source, config, resolved.effective.values())


def _document(
    kind: str, node: ModelNode | SourceNode, config: dict[str, Any], effective: Iterable[Effective]
) -> dict[str, Any]:
    every = list(effective)
    return {
        "resource_type": kind,
        "path": node.file.path,
        "fqn": list(node.fqn),
        "config": config,
        "origins": {one.key: _origin(one) for one in every if one.winner is not None},
        "unknown": [
            {"key": one.key, "reason": one.unknown.reason} for one in every if one.unknown is not None
        ],
    }


def _value(one: Effective) -> Any:
    if one.unknown is None:
        return one.value
    document: dict[str, Any] = {"unknown": True, "reason": one.unknown.reason}
    if one.winner is not None:
        document["origin"] = place(one.winner, one.key)
    return document


def _origin(one: Effective) -> dict[str, Any]:
    if one.winner is None:
        raise AssertionError(f"{one.key} has no origin")
    return {**place(one.winner, one.key), "shadows": [place(setting, one.key) for setting in one.shadowed]}


def place(setting: Setting, key: str) -> dict[str, Any]:
    """Where a setting stands: file, 1-based range with an exclusive end, layer."""
    head, _, part = key.partition(".")
    span = setting.part(part) if part and head == FRESHNESS else setting.span
    return {
        "file": setting.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "layer": setting.layer.label,
    }
