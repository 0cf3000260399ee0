"""Run jobs through a time that has not come yet: what each run would build and reuse, and how old data gets.

Jobs and arrivals are tables of stateaware.toml ([jobs.NAME], [arrivals]); without jobs one runs every hour.
The start is what dbt's artifacts tell, as for stateaware plan; a node that is not known to have been built
is built first. --compare and --set set the same time with another configuration beside it.
Exit codes: 0 simulated, 4 wrong use, 5 nothing to simulate.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.ground import Footing, find_footing
from stateaware.cli.known import add_known, read_basis, read_given, read_start, say_notes
from stateaware.cli.pages import add_page_file, check_page
from stateaware.cli.parser import add_common
from stateaware.cli.scenario import Scenario, add_scenario, read_scenario
from stateaware.errors import EXIT_OK, NothingCollected, UsageError
from stateaware.forecast.basis import Basis
from stateaware.simulate.results import Simulation

_FORMATS: Final = ("text", "json", "html", "markdown")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("project", metavar="PROJECT_DIR", nargs="?", help="default: the nearest project")
    add_scenario(parser)
    other = parser.add_argument_group("another configuration beside it")
    other.add_argument(
        "--compare",
        metavar="BASE",
        help="the project as it is at a git revision, or in another folder",
    )
    other.add_argument(
        "--set",
        metavar="NODES.KEY=VALUE",
        action="append",
        default=[],
        help="other settings for models: 'stg_*.build_after=1d', fct_orders.updates_on=any; may be repeated",
    )
    add_known(parser)
    output = parser.add_argument_group("the output")
    output.add_argument("--format", choices=_FORMATS, default="text", help=", ".join(_FORMATS))
    add_page_file(output)
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Simulate, print, and return the exit code."""
    check_page(arguments)
    compares = bool(arguments.compare or arguments.set)
    if arguments.format == "markdown" and not compares:
        raise UsageError("--format markdown is of --compare", "Name what to compare with: --compare main")
    start = read_start(arguments.start, "--from", arguments)
    footing = find_footing(arguments)
    scenario = read_scenario(arguments, footing, start)
    basis = read_basis(footing, arguments, read_given(arguments), start)
    if compares:
        from stateaware.cli.simulate_compare import print_comparison

        print_comparison(footing, basis, scenario, arguments)
        return EXIT_OK
    found = scenario.run(footing.ground, basis)
    if not found.nodes:
        raise NothingCollected("no run has anything to decide", "Name a longer time: --for 7d")
    say_notes(basis.notes, arguments)
    _print(found, footing, basis, scenario, arguments)
    return EXIT_OK


def _print(
    found: Simulation, footing: Footing, basis: Basis, scenario: Scenario, arguments: Namespace
) -> None:
    env, mode = footing.options.env, arguments.mode
    if arguments.format == "json":
        from stateaware.report.simulation import simulation_document

        print_json(simulation_document(found, project=basis.project, engine=basis.engine, mode=mode), env)
    elif arguments.format == "html":
        from stateaware.cli.pages import print_page
        from stateaware.forecast.subject import subject_of
        from stateaware.report.html.simulation import simulation_report

        subject = subject_of(footing.ground, basis, scenario.known_jobs)
        print_page(simulation_report(found, subject, mode), arguments, env)
    else:
        from stateaware.report.simulation import simulation_lines

        names = [job.name for job in scenario.jobs]
        verbosity = arguments.verbose - arguments.quiet
        print_lines(simulation_lines(found, names, verbosity=verbosity), env, arguments.color)
