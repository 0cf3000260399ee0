"""Run jobs through a time that has not come yet: what each run would build and reuse, and how old data gets.

Jobs and arrivals are tables of stateaware.toml ([jobs.NAME], [arrivals]); without jobs one runs every hour.
The start is what dbt's artifacts tell, as for stateaware plan; a node that is not known to have been built
is built first. Exit codes: 0 simulated, 4 wrong use, 5 nothing to simulate.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stateaware.check.settings_file import find_settings
from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.ground import find_footing
from stateaware.cli.known import add_known, read_basis, read_given, read_length, read_start, say_notes
from stateaware.cli.pages import add_page_file, check_page
from stateaware.cli.parser import add_common, number
from stateaware.errors import EXIT_OK, NothingCollected, UsageError
from stateaware.forecast.scenario import choose_jobs, read_arrival_options, run_scenario
from stateaware.plan.modes import MODES, Options
from stateaware.simulate.options import SimulateOptions


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("project", metavar="PROJECT_DIR", nargs="?", help="default: the nearest project")
    time = parser.add_argument_group("the time")
    time.add_argument("--from", dest="start", metavar="TIME", help="the start, with a zone (default: now)")
    time.add_argument("--for", dest="length", metavar="LENGTH", default="7d", help="how long (default: 7d)")
    time.add_argument("--job", metavar="NAME", action="append", default=[], help="only this; may be repeated")
    time.add_argument(
        "--every", metavar="LENGTH", help="one job that runs so often, in place of the settings'"
    )
    time.add_argument(
        "--arrival",
        metavar="SOURCE=LENGTH",
        action="append",
        default=[],
        help="how often a source loads: raw.orders=15m, 'raw.*=1d'; may be repeated",
    )
    time.add_argument("--mode", choices=tuple(MODES), default="recommended", help="by whose rules")
    time.add_argument("--full-refresh", action="store_true", help="every run is one")
    time.add_argument(
        "--duration", metavar="LENGTH", default="1m", help="of a build of which none is known (default: 1m)"
    )
    time.add_argument("--threads", metavar="N", type=number, default=4, help="builds at a time (default: 4)")
    time.add_argument(
        "--seed", metavar="N", type=number, default=0, help="of everything that comes by chance"
    )
    add_known(parser)
    output = parser.add_argument_group("the output")
    output.add_argument(
        "--format", choices=("text", "json", "html"), default="text", help="text (default), json or html"
    )
    add_page_file(output)
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Simulate, print, and return the exit code."""
    check_page(arguments)
    start = read_start(arguments.start, "--from", arguments)
    length, duration = read_length(arguments.length, "--for"), read_length(arguments.duration, "--duration")
    if not 1 <= arguments.threads <= 1000:
        raise UsageError("--threads must be from 1 to 1000")
    footing = find_footing(arguments)
    ground, options = footing.ground, footing.options
    settings = find_settings(footing.folder).values
    jobs = choose_jobs(settings.get("jobs", ()), arguments.job, arguments.every)
    stated = read_arrival_options(arguments.arrival)
    arrivals = {**stated, **settings.get("arrivals", {}), **stated}  # first, and in place of the same name
    basis = read_basis(footing, arguments, read_given(arguments), start)
    found = run_scenario(
        ground,
        basis,
        jobs,
        arrivals,
        start=start,
        length=length,
        options=SimulateOptions(
            plan=Options(mode=arguments.mode, full_refresh=arguments.full_refresh),
            threads=arguments.threads,
            duration=duration.total_seconds(),
            seed=arguments.seed,
        ),
    )
    if not found.nodes:
        raise NothingCollected("no run has anything to decide", "Name a longer time: --for 7d")
    say_notes(basis.notes, arguments)
    if arguments.format == "json":
        from stateaware.report.simulation import simulation_document

        document = simulation_document(found, project=basis.project, engine=basis.engine, mode=arguments.mode)
        print_json(document, options.env)
    elif arguments.format == "html":
        from stateaware.cli.pages import print_page
        from stateaware.forecast.subject import subject_of
        from stateaware.report.html.simulation import simulation_report

        subject = subject_of(ground, basis, [job.name for job in settings.get("jobs", ())])
        print_page(simulation_report(found, subject, arguments.mode), arguments, options.env)
    else:
        from stateaware.report.simulation import simulation_lines

        names = [job.name for job in jobs]
        verbosity = arguments.verbose - arguments.quiet
        print_lines(simulation_lines(found, names, verbosity=verbosity), options.env, arguments.color)
    return EXIT_OK
