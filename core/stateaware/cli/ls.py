"""List models and sources with what is in force for them.

NODE is a name or a pattern (stg_*, raw.*, model.shop.orders); without one, all are listed. Where
a value comes from is told by stateaware explain; all of it as JSON by stateaware resolve.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from stateaware.cli.documents import print_text
from stateaware.cli.load import prepare
from stateaware.cli.parser import add_common
from stateaware.cli.places import find_places
from stateaware.config.layers import Effective
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE
from stateaware.errors import EXIT_OK, NothingCollected
from stateaware.explain.words import value_words
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.workspace import Project, load_project, require_readable


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("nodes", metavar="NODE", nargs="*", help="a name or pattern; may be repeated")
    parser.add_argument(
        "--resource-type", choices=("model", "source"), metavar="TYPE", help="only these: model or source"
    )
    parser.add_argument(
        "--configured", action="store_true", help="only nodes for which something is set somewhere"
    )
    add_common(parser)


def run(arguments: Namespace) -> int:
    """List, and return the exit code."""
    places = find_places([], arguments.project_dir)
    found = False
    for place in places:
        prepared = prepare(place.root, arguments)
        project = require_readable(load_project(place.root, prepared.options))
        nodes = list(_wanted(project, arguments))
        if not nodes:
            continue
        lines = list(_ids(nodes) if arguments.quiet else _rows(nodes))
        if len(places) > 1 and not arguments.quiet:
            lines.insert(0, f"{os.path.relpath(place.root, Path.cwd())}:")
        print_text("\n".join(" ".join(line.splitlines()) for line in lines), prepared.options.env)
        found = True
    if not found:
        raise NothingCollected("no such model or source" if arguments.nodes else "no models or sources")
    return EXIT_OK


def _wanted(project: Project, arguments: Namespace) -> Iterator[ModelNode | SourceNode]:
    for unique_id, node in sorted(project.nodes.items()):
        names = (unique_id, node.name, node.label if isinstance(node, SourceNode) else node.name)
        if arguments.nodes and not any(
            fnmatchcase(name, wanted) for name in names for wanted in arguments.nodes
        ):
            continue
        if arguments.resource_type and not unique_id.startswith(f"{arguments.resource_type}."):
            continue
        if arguments.configured and not any(effective.order for effective in _effective(node).values()):
            continue
        yield node


def _effective(node: ModelNode | SourceNode) -> dict[str, Effective]:
    if isinstance(node, SourceNode):
        return node.config.effective if node.config is not None else {}
    return node.effective


def _ids(nodes: Iterable[ModelNode | SourceNode]) -> Iterator[str]:
    return (node.unique_id for node in nodes)


def _rows(nodes: Sequence[ModelNode | SourceNode]) -> Iterator[str]:
    rows = [
        ("source" if isinstance(node, SourceNode) else "model", _name(node), _in_force(node), node.file.file)
        for node in nodes
    ]
    widths = [min(max(len(row[column]) for row in rows), 60) for column in range(3)]
    for kind, name, value, file in rows:
        yield f"{kind:<{widths[0]}}  {name:<{widths[1]}}  {value:<{widths[2]}}  {file}"


def _name(node: ModelNode | SourceNode) -> str:
    if isinstance(node, SourceNode):
        return node.label
    return f"{node.name}.{node.version_label}" if node.version_label else node.name


def _in_force(node: ModelNode | SourceNode) -> str:
    keys = (
        (FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY) if isinstance(node, SourceNode) else (FRESHNESS, STATE)
    )
    resource = "source" if isinstance(node, SourceNode) else "model"
    effective = _effective(node)
    said = []
    for key in keys:
        value = effective.get(key)
        if value is None:
            continue
        if value.unknown is not None:
            said.append(f"{key} unknown until dbt runs")
        elif value.value is not None and value.value != "":
            words = value_words(resource, key, value.value, short=True)
            said.append(words if key == FRESHNESS else f"{key} {words}")
    return "; ".join(said) or "-"
