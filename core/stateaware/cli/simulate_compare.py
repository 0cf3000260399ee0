"""``simulate --compare`` and ``--set``: the same time with two configurations, side by side."""

from __future__ import annotations

from argparse import Namespace

from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.ground import Footing
from stateaware.cli.known import read_given, say_notes
from stateaware.cli.scenario import Scenario
from stateaware.errors import NothingCollected, UsageError
from stateaware.forecast.basis import Basis
from stateaware.forecast.overrides import Override, parse_override, with_overrides
from stateaware.forecast.sides import sides_of
from stateaware.report.simulation_compare import Titles
from stateaware.simulate.compare import Comparison, compare
from stateaware.text.pieces import Piece
from stateaware.workspace import Project


def print_comparison(footing: Footing, basis: Basis, scenario: Scenario, arguments: Namespace) -> None:
    """Simulate both, and print in the format that was asked for.

    Raises:
        UsageError: the base, or an override, means nothing.
    """
    overrides = [parse_override(text) for text in arguments.set]
    found, titles = _compare(footing, basis, scenario, overrides, arguments)
    if not found.nodes:
        raise NothingCollected("no run has anything to decide", "Name a longer time: --for 7d")
    say_notes(basis.notes, arguments)
    env = footing.options.env
    if arguments.format == "json":
        from stateaware.report.simulation_compare import comparison_document

        mode = arguments.mode
        document = comparison_document(found, titles, project=basis.project, engine=basis.engine, mode=mode)
        print_json(document, env)
    elif arguments.format == "markdown":
        from stateaware.report.simulation_compare import comparison_markdown

        print_lines(((Piece(line),) for line in comparison_markdown(found, titles)), env, "never")
    else:
        from stateaware.report.simulation_compare import comparison_lines

        names = [job.name for job in scenario.jobs]
        verbosity = arguments.verbose - arguments.quiet
        print_lines(comparison_lines(found, titles, names, verbosity=verbosity), env, arguments.color)


def _compare(
    footing: Footing, basis: Basis, scenario: Scenario, overrides: list[Override], arguments: Namespace
) -> tuple[Comparison, Titles]:
    ground, written = footing.ground, tuple(one.text for one in overrides)
    if not arguments.compare:
        changed = with_overrides(basis, ground, overrides)
        found = compare(scenario.run(ground, basis), scenario.run(ground, changed))
        return found, Titles("as configured", "", written)
    if not isinstance(ground, Project):
        raise UsageError("--compare reads files, and not a manifest", "Leave out --manifest.")
    stated = arguments.assume, arguments.changed
    with sides_of(ground, arguments.compare, basis, read_given(arguments), scenario.start, *stated) as sides:
        now = with_overrides(sides.now, ground, overrides) if overrides else sides.now
        found = compare(scenario.run(sides.before, sides.was), scenario.run(ground, now))
    return found, Titles(arguments.compare, "working tree", written)
