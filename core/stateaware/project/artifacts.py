"""What dbt's artifacts in the target folder tell about the relations of sources: which are views.

Read only when a rule asks, since catalog.json and manifest.json may be large; a file that is missing,
too large, broken or of another shape says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Any, Final

from stateaware.cache.watch import note_path
from stateaware.project.files import read_bytes
from stateaware.project.project_file import ProjectFile
from stateaware.records import dataclass

CATALOG: Final = "catalog.json"
MANIFEST: Final = "manifest.json"
MAX_BYTES: Final = {CATALOG: 64 * 1024 * 1024, MANIFEST: 32 * 1024 * 1024}
"""Larger files are not read: a check should not take seconds for what they could tell."""

_MARKS: Final = ("{{", "{%")


@dataclass(frozen=True, slots=True)
class SourceView:
    """An artifact's word that a source table is a view.

    ``file`` is the artifact's path relative to the project, ``generated`` its time as written there
    (empty where it has none), ``made_by`` the model that makes the view, where the manifest shows it.
    """

    file: str
    generated: str = ""
    made_by: str = ""


def target_path(project_file: ProjectFile, env: AnyMapping[str, str]) -> str:
    """The folder of the artifacts, relative to the project or absolute; ``DBT_TARGET_PATH`` comes first."""
    written = project_file.text("target-path")
    if any(mark in written for mark in _MARKS):
        written = ""
    return env.get("DBT_TARGET_PATH") or written or "target"


def read_source_views(root: Path, folder: str) -> dict[str, SourceView]:
    """The source tables that an artifact shows to be views, by unique_id. The catalog comes first.

    The catalog has the type of every relation. The manifest has none, but where a model of the same
    project makes the relation of a source, its materialization tells.
    """
    views: dict[str, SourceView] = {}
    for name, find in ((MANIFEST, _made_views), (CATALOG, _catalog_views)):
        document = _load(root / folder / name, MAX_BYTES[name])
        if document is None:
            continue
        metadata = document.get("metadata")
        generated = metadata.get("generated_at") if isinstance(metadata, dict) else None
        time = generated if isinstance(generated, str) else ""
        for unique_id, view, maker in find(document):
            views.pop(unique_id, None)
            if view:
                views[unique_id] = SourceView(f"{folder}/{name}".replace("\\", "/"), time, maker)
    return views


def _load(path: Path, limit: int) -> dict[str, Any] | None:
    note_path(str(path))
    try:
        if path.stat().st_size > limit:
            return None
        document = json.loads(read_bytes(str(path)))
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _items(document: dict[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = document.get(key)
    if isinstance(found, dict):
        yield from ((name, node) for name, node in found.items() if isinstance(node, dict))


def _catalog_views(document: dict[str, Any]) -> Iterator[tuple[str, bool, str]]:
    for unique_id, table in _items(document, "sources"):
        metadata = table.get("metadata")
        kind = metadata.get("type") if isinstance(metadata, dict) else None
        if isinstance(kind, str):
            yield unique_id, kind.strip().lower() == "view", ""


def _made_views(document: dict[str, Any]) -> Iterator[tuple[str, bool, str]]:
    makers = {}
    for unique_id, node in _items(document, "nodes"):
        config = node.get("config")
        relation = node.get("relation_name")
        if isinstance(config, dict) and config.get("materialized") == "view" and isinstance(relation, str):
            makers[relation] = unique_id
    for unique_id, table in _items(document, "sources"):
        relation = table.get("relation_name")
        if isinstance(relation, str) and relation in makers:
            yield unique_id, True, makers[relation]
