"""Look for the longest windows with which data is still as fresh as is wanted: the fewest builds for it.

Jobs and arrivals are those of stateaware simulate, run after run with one window after another; nothing is
executed, and no file is changed: the values come as a diff for git apply or patch.
Exit codes: 0 advised, 4 wrong use, 5 nothing to advise on.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.ground import Footing, find_footing
from stateaware.cli.known import add_known, read_basis, read_given, read_start, say_notes
from stateaware.cli.parser import add_common
from stateaware.cli.progress import Ticker
from stateaware.cli.scenario import Scenario, add_scenario, read_scenario
from stateaware.errors import EXIT_OK, NothingCollected, UsageError
from stateaware.forecast.advising import ProjectAdvice, advise_project, is_built, read_wants
from stateaware.forecast.basis import Basis
from stateaware.forecast.origin import Ground
from stateaware.forecast.overrides import selected_models
from stateaware.forecast.scenario import select_for_jobs
from stateaware.plan.modes import MODES
from stateaware.plan.words import span_words
from stateaware.report.characters import show_controls
from stateaware.simulate.advise import Want
from stateaware.simulate.results import Simulation
from stateaware.workspace import Project

_FORMATS: Final = ("text", "json", "diff")
_WANTS: Final = "marts=4h, tag:nightly=1d; without NODES of every model; may be repeated"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("project", metavar="PROJECT_DIR", nargs="?", help="default: the nearest project")
    wanted = parser.add_argument_group("what is wanted")
    for option, words in (
        ("--max-lag", "for how long data that has come may be missing from models"),
        ("--max-age", "how old the data in models may be, since it was loaded"),
    ):
        wanted.add_argument(
            option, metavar="NODES=LENGTH", action="append", default=[], help=f"{words}: {_WANTS}"
        )
    wanted.add_argument(
        "--also",
        metavar="NODES",
        action="append",
        default=[],
        help="other models whose windows may be changed, in dbt's selection syntax; may be repeated",
    )
    wanted.add_argument(
        "--by",
        choices=("model", "folder"),
        help="a value for each model, or one for those of a folder of which the same is wanted (default: "
        "folder where there are more than 30)",
    )
    add_scenario(parser)
    add_known(parser)
    output = parser.add_argument_group("the output")
    output.add_argument("--format", choices=_FORMATS, default="text", help=", ".join(_FORMATS))
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Advise, print, and return the exit code."""
    if not (arguments.max_lag or arguments.max_age):
        raise UsageError("advise needs to know what is wanted", "Say it like this: --max-lag marts=4h")
    start = read_start(arguments.start, "--from", arguments)
    footing = find_footing(arguments)
    ground = footing.ground
    if arguments.format == "diff" and not isinstance(ground, Project):
        raise UsageError("a manifest has no files to change", "Leave out --manifest, or --format diff.")
    scenario = read_scenario(arguments, footing, start)
    basis = read_basis(footing, arguments, read_given(arguments), start)
    nodes = basis.lineage.nodes
    wanted = read_wants(ground, nodes, arguments.max_lag, arguments.max_age)
    also = [
        one
        for text in arguments.also
        for one in selected_models(ground, text, nodes.values(), "--also")
        if is_built(nodes[one]) and one not in wanted
    ]
    if not wanted:
        raise NothingCollected("no model that is built is among those named", "stateaware ls shows them.")
    _check_length(wanted, scenario)
    say_notes(basis.notes, arguments)
    advice = _advise(ground, basis, scenario, wanted, also, arguments)
    if advice.found.before.totals.runs == 0:
        raise NothingCollected("no job runs in that time", "Name a longer time: --for 14d")
    _print(advice, basis, footing, arguments)
    return EXIT_OK


def _check_length(wanted: dict[str, Want], scenario: Scenario) -> None:
    """See that the time is long enough to tell.

    Raises:
        UsageError: it is shorter than twice what is wanted.
    """
    longest = max(seconds for want in wanted.values() for seconds in (want.lag, want.age) if seconds)
    if scenario.length.total_seconds() < 2 * longest:
        days = -(-2 * longest // 86400)
        raise UsageError(
            f"{span_words(scenario.length.total_seconds())} are too short to see "
            f"whether data gets older than {span_words(longest)}",
            f"Name at least twice the time: --for {days}d",
        )


def _advise(
    ground: Ground,
    basis: Basis,
    scenario: Scenario,
    wanted: dict[str, Want],
    also: list[str],
    arguments: Namespace,
) -> ProjectAdvice:
    selected = select_for_jobs(ground, scenario.jobs)
    ticker, done = Ticker(1), 0

    def simulate(of: Basis) -> Simulation:
        nonlocal done
        done += 1
        ticker.doing(f"looking for windows, simulation {done}", 0)
        return scenario.run(ground, of, selected)

    with ticker.running():
        return advise_project(
            ground, basis, simulate, wanted, key=MODES[arguments.mode].key, also=also, by=arguments.by
        )


def _print(advice: ProjectAdvice, basis: Basis, footing: Footing, arguments: Namespace) -> None:
    from stateaware.report.advice import advice_diff, advice_document, advice_lines, advice_summary

    base, env = Path.cwd(), footing.options.env
    if arguments.format == "json":
        document = advice_document(
            advice,
            base,
            project=basis.project,
            engine=basis.engine,
            mode=arguments.mode,
            key=MODES[arguments.mode].key,
        )
        print_json(document, env)
    elif arguments.format == "diff":
        diff = advice_diff(advice, base)
        # a patch must be exact, but what a person looks at must not command the terminal
        sys.stdout.write(show_controls(diff) if sys.stdout.isatty() else diff)
        sys.stdout.flush()
        say_notes((advice_summary(advice),), arguments)
    else:
        verbosity = arguments.verbose - arguments.quiet
        print_lines(advice_lines(advice, base, verbosity=verbosity), env, arguments.color)
