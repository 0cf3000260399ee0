"""List models and sources with what is in force for them.

NODE is a name or a pattern (stg_*, raw.*, model.shop.orders) as stateaware explain takes it, DIR a
folder with one dbt project or several; without any, all nodes of the project here, or of all projects
below, are listed. Where a value comes from is told by stateaware explain.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from stateaware.check.session import project_folder_name
from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.load import prepare
from stateaware.cli.nodes import Node, find_nodes, none_named
from stateaware.cli.parser import add_common
from stateaware.cli.places import node_places
from stateaware.errors import EXIT_OK, NothingCollected
from stateaware.report.cells import columns_of
from stateaware.report.characters import one_line
from stateaware.report.node_list import effective_of, kind_of, list_document, words_in_force
from stateaware.text.pieces import Line, Piece, plain_line, single
from stateaware.workspace import Project, load_project, require_readable

_WIDEST_VALUE: Final = 60


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "nodes", metavar="NODE|DIR", nargs="*", help="a name, a pattern, or a project's folder"
    )
    parser.add_argument(
        "--resource-type", choices=("model", "source"), metavar="TYPE", help="only these: model or source"
    )
    parser.add_argument(
        "--configured", action="store_true", help="only nodes for which something is set somewhere"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    add_common(parser)


def run(arguments: Namespace) -> int:
    """List, and return the exit code."""
    places = node_places(arguments.nodes, arguments.project_dir)
    found: list[tuple[Path, Project, list[Node]]] = []
    projects: list[Project] = []
    env: dict[str, str] = {}
    for root, names in places.items():
        options = prepare(root, arguments).options
        project = require_readable(load_project(root, options))
        projects.append(project)
        nodes = list(_wanted(project, names, arguments))
        env.update(options.env)
        if nodes:
            found.append((root, project, nodes))
    unknown = [
        name
        for name in dict.fromkeys(name for names in places.values() for name in names)
        if not any(find_nodes(project, name) for project in projects)
    ]
    if not found:
        raise _nothing(arguments, unknown, projects)
    for name in unknown if not arguments.quiet else ():
        sys.stderr.write(f"note: {one_line(none_named(name, projects)[0])}\n")
    if arguments.format == "json":
        listed = ((project_folder_name(root), project, nodes) for root, project, nodes in found)
        print_json(list_document(listed), env)
        return EXIT_OK
    for root, _, nodes in found:
        lines = (
            [(Piece(node.unique_id),) for node in nodes]
            if arguments.quiet
            else list(
                list_rows(nodes, widest=_WIDEST_VALUE if sys.stdout.isatty() and not arguments.verbose else 0)
            )
        )
        if len(places) > 1 and not arguments.quiet:
            lines.insert(0, (Piece(f"{os.path.relpath(root)}:"),))
        print_lines(lines, env, arguments.color)
    return EXIT_OK


def _nothing(arguments: Namespace, unknown: Sequence[str], projects: Sequence[Project]) -> NothingCollected:
    """Why nothing is listed: a name that means nothing, or else the options."""
    if unknown:
        return NothingCollected(*none_named(unknown[0], projects))
    if arguments.resource_type or arguments.configured:
        return NothingCollected(
            "no model or source is left", "Leave out --resource-type or --configured to see more."
        )
    return NothingCollected("no models or sources")


def _wanted(project: Project, names: Sequence[str], arguments: Namespace) -> Iterator[Node]:
    chosen = {node.unique_id for name in names for node in find_nodes(project, name)}
    for unique_id, node in sorted(project.nodes.items()):
        if names and unique_id not in chosen:
            continue
        if arguments.resource_type and kind_of(node) != arguments.resource_type:
            continue
        if arguments.configured and not any(effective.order for effective in effective_of(node).values()):
            continue
        yield node


def list_rows(nodes: Sequence[Node], *, widest: int = 0) -> Iterator[Line]:
    """A line for each node: kind, name, what is in force, file. A name is never cut, since it is typed again.

    ``widest`` is how many columns what is in force may take before it is cut; 0 stands for no limit.
    """
    rows = [
        (kind_of(node), single(node.label), _cut(single(words_in_force(node)), widest), node.file.file)
        for node in nodes
    ]
    widths = [max(columns_of(row[column]) for row in rows) for column in range(3)]
    for kind, name, value, file in rows:
        yield (
            Piece(_padded(kind, widths[0]), "dim"),
            Piece(_padded(name, widths[1]), "strong"),
            Piece(_padded(value, widths[2]), "dim" if value == "not set" else ""),
            Piece(file, "dim"),
        )


def row_texts(nodes: Sequence[Node]) -> Iterator[str]:
    """The lines of `list_rows` without colours."""
    return map(plain_line, list_rows(nodes))


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - columns_of(text) + 2)


def _cut(text: str, columns: int) -> str:
    if not columns or columns_of(text) <= columns:
        return text
    end = len(text)
    while columns_of(text[:end]) > columns - 3:
        end -= 1
    return f"{text[:end].rstrip()}..."
