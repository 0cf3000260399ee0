"""``plan --diff``: what the working tree alters beside another state of the project."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.known import read_length
from stateaware.errors import UsageError
from stateaware.forecast.basis import Basis, make_plan
from stateaware.forecast.difference import difference
from stateaware.forecast.known import Given
from stateaware.forecast.sides import sides_of
from stateaware.plan.modes import Options
from stateaware.text.pieces import Piece
from stateaware.workspace import Project


def print_difference(
    project: Project, basis: Basis, given: Given, started: Options, arguments: Namespace, at: datetime
) -> None:
    """Compare, and print in the format that was asked for.

    Raises:
        UsageError: the base, or another option, means nothing.
    """
    if arguments.format == "dbt-select" or arguments.emit_selector or arguments.explain:
        raise UsageError("--diff compares, and selects and explains nothing", "Leave out one of the two.")
    if arguments.nodes_select or arguments.nodes_exclude or arguments.selector or arguments.exit_code:
        remedy = "Leave out --select, --exclude, --selector and --exit-code."
        raise UsageError("--diff compares whole projects", remedy)
    every = read_length(arguments.every, "--every", days=366, like="1h, 15m, 1d")
    stated = arguments.assume, arguments.changed
    with sides_of(project, arguments.diff, basis, given, at, *stated) as sides:
        plans = make_plan(sides.was, at, started), make_plan(sides.now, at, started)
        found = difference(sides.before, project, plans, sides.recoded, every)
    env = project.options.env
    if arguments.format == "json":
        from stateaware.report.plan_difference import difference_document

        print_json(difference_document(found, arguments.diff, at, project=project.name), env)
    elif arguments.format == "markdown":
        from stateaware.report.plan_difference import difference_markdown

        lines = difference_markdown(found, arguments.diff, at)
        print_lines(((Piece(line),) for line in lines), env, "never")
    else:
        from stateaware.report.plan_difference import difference_lines

        verbosity = arguments.verbose - arguments.quiet
        print_lines(difference_lines(found, arguments.diff, at, verbosity=verbosity), env, arguments.color)
