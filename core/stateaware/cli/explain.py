"""Say what is in force for a model or source, where each value comes from, and what follows.

NODE is a name (orders), a version (orders.v1; orders alone means all), source.table (raw.payments or
source:raw.payments), a dbt unique_id, the path of a file or folder, or a pattern ('stg_*').
Exit codes: 0 said, 4 no such node.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.load import prepare
from stateaware.cli.nodes import Node, note_versions, require_nodes
from stateaware.cli.parser import add_common
from stateaware.cli.places import node_places, only_one
from stateaware.errors import EXIT_OK
from stateaware.report.characters import one_line
from stateaware.text.pieces import Line
from stateaware.workspace import load_project, require_readable


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("nodes", metavar="NODE", nargs="+", help="a name, a path or a pattern")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Explain, and return the exit code."""
    from stateaware.explain import explain_node, explanation_lines

    places = node_places(arguments.nodes, arguments.project_dir)
    root = only_one(list(places))
    options = prepare(root, arguments).options
    project = require_readable(load_project(root, options))
    nodes: dict[str, Node] = {}
    for name in places[root] or (".",):
        found = require_nodes(project, name) if places[root] else list(project.nodes.values())
        nodes.update((node.unique_id, node) for node in found)
        note = note_versions(name, found)
        if note and not arguments.quiet:
            sys.stderr.write(f"note: {one_line(note)}\n")
    explained = [explain_node(project, node) for node in nodes.values()]
    if arguments.format == "json":
        from stateaware.report.explanation import explanation_document

        print_json(explanation_document(project, explained), options.env)
        return EXIT_OK
    lines: list[Line] = []
    for one in explained:
        lines += [(), *explanation_lines(one)] if lines else explanation_lines(one)
    print_lines(lines, options.env, arguments.color)
    return EXIT_OK
