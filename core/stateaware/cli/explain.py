"""Say what is in force for a model or source, where each value comes from, and what follows.

NODE is a name (orders), source.table (raw.payments), a dbt unique_id, or the path of a model file.
Exit codes: 0 said, 4 no such node.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from stateaware.cli.documents import print_json, print_text
from stateaware.cli.load import prepare
from stateaware.cli.parser import add_common
from stateaware.errors import EXIT_OK, UsageError, suggest
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.workspace import Project, find_project, load_project, require_readable


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("nodes", metavar="NODE", nargs="+", help="a model, a source table, or a model's file")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Explain, and return the exit code."""
    from stateaware.explain import explain_node, render_explanation

    root = find_project(Path(arguments.project_dir or "."))
    options = prepare(root, arguments).options
    project = require_readable(load_project(root, options))
    explained = [
        explain_node(project, node) for name in arguments.nodes for node in find_nodes(project, name)
    ]
    if arguments.format == "json":
        from stateaware.report.explanation import explanation_document

        print_json(explanation_document(project, explained), options.env)
    else:
        print_text("\n\n".join(render_explanation(project, one) for one in explained), options.env)
    return EXIT_OK


def find_nodes(project: Project, name: str) -> list[ModelNode | SourceNode]:
    """The nodes that a name means: all versions of a model, all tables of a source.

    Raises:
        UsageError: none; the nearest names are given.
    """
    nodes = project.nodes
    if name in nodes:
        return [nodes[name]]
    found: list[ModelNode | SourceNode] = list(project.graph.by_name.get(name, ()))
    found += [
        source
        for source in project.sources.values()
        if name in (source.label, f"source:{source.label}", source.source_name, source.name)
    ]
    if not found:
        path = Path(name).absolute()
        inside = name.replace("\\", "/").removeprefix("./")
        found = [
            node
            for node in project.models.values()
            if inside == node.file.file or Path(node.file.absolute) == path
        ]
    if not found:
        known = [*project.graph.by_name, *(source.label for source in project.sources.values())]
        raise UsageError(
            f"no model or source `{name}` in {project.name or project.root}",
            suggest(name, known, "All of them: stateaware ls"),
        )
    return found
