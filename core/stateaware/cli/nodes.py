"""From what people call models and source tables to the nodes of a project."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final, TypeAlias

from stateaware.check.globs import is_glob, path_matcher
from stateaware.errors import UsageError, suggest
from stateaware.graph.build import latest_version
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.workspace import Project

Node: TypeAlias = ModelNode | SourceNode

_PATHS: Final = ("path:", "file:")
_SOURCE: Final = "source:"


def find_nodes(project: Project, wanted: str) -> list[Node]:
    """The nodes that a name or pattern means, as the command's help lists them; may be none.

    A name of a model means all its versions, that of a source all its tables. The first of these that
    names something counts: a name, a file or folder, a pattern, the stem of a model's file.
    """
    nodes = list(project.nodes.values())
    if wanted in project.nodes:
        return [project.nodes[wanted]]
    if not wanted.startswith(_PATHS):
        found = [node for node in nodes if wanted in _names(node)]
        if found:
            return found
        if is_glob(wanted):
            found = [node for node in nodes if any(fnmatchcase(name, wanted) for name in _names(node))]
            if found:
                return found
    path = wanted
    for prefix in _PATHS:
        path = path.removeprefix(prefix)
    found = [node for node in nodes if _lies_at(node, path)]
    return found or [node for node in nodes if isinstance(node, ModelNode) and node.file.stem == wanted]


def require_nodes(project: Project, wanted: str) -> list[Node]:
    """The nodes that a name or pattern means.

    Raises:
        UsageError: none; the nearest name is given.
    """
    found = find_nodes(project, wanted)
    if not found:
        raise UsageError(*none_named(wanted, [project]))
    return found


def none_named(wanted: str, projects: Sequence[Project]) -> tuple[str, str]:
    """What to say of a name or pattern that means no node of these projects, and what to do about it."""
    where = f" in {projects[0].name or projects[0].root}" if len(projects) == 1 else ""
    message = f"no model or source `{wanted}`{where}"
    if wanted.strip("+@") != wanted:
        return message, "Graph operators (`+`, `@`) are not known here."
    nodes = (node for project in projects for node in project.nodes.values())
    known = [name for node in nodes for name in (node.name, node.label)]
    return message, suggest(wanted, known, "All of them: stateaware ls")


def note_versions(wanted: str, found: list[Node]) -> str:
    """That a name stands for several versions of a model, and which is the latest; or nothing."""
    versions = [node for node in found if isinstance(node, ModelNode) and node.version_label]
    if len(versions) < 2 or any(node.name != wanted for node in found):
        return ""
    entry = versions[0].entry
    latest = latest_version(entry.node) if entry is not None else ""
    listed = ", ".join(
        f"{node.label} (the latest)" if node.version_label == latest else node.label for node in versions
    )
    return f"{wanted} has {len(versions)} versions: {listed}"


def _names(node: Node) -> Iterator[str]:
    yield node.unique_id
    yield node.name
    yield node.label
    if isinstance(node, SourceNode):
        yield node.source_name
        yield f"{_SOURCE}{node.source_name}"
        yield f"{_SOURCE}{node.label}"
        yield f"{_SOURCE}{node.package.name}.{node.label}"
    else:
        yield f"{node.package.name}.{node.label}"


def _lies_at(node: Node, path: str) -> bool:
    """Whether a node's file is that of a path or lies below it, seen from the project or from here."""
    inside = path.replace("\\", "/").removeprefix("./").rstrip("/")
    if is_glob(inside):
        return "/" in inside and path_matcher(inside)(node.file.file)
    seen = os.path.abspath(path)  # noqa: PTH100 - pathlib keeps `..`
    return any(
        file == place or file.startswith(f"{place}{separator}")
        for file, place, separator in ((node.file.file, inside, "/"), (node.file.absolute, seen, os.sep))
    )
