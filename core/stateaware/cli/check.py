"""Find what is wrong with the freshness configuration of dbt projects.

PATH is a folder, a file, or an item as this command prints it (FILE::NODE::CODE). Without one, the
project of the working directory is checked, or all projects below it.

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 interrupted, 3 a bug of stateaware,
4 wrong use or settings, 5 nothing to check.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from stateaware.cache.recording import Recording
from stateaware.check.expression import parse_keywords, parse_marks
from stateaware.check.result import CheckResult, Outcome
from stateaware.check.run import fails
from stateaware.check.selection import MARKS, Selection
from stateaware.check.session import Controls, Plan, Session
from stateaware.cli.load import prepare
from stateaware.cli.parser import add_common, number
from stateaware.cli.places import Place, find_places
from stateaware.cli.progress import Ticker
from stateaware.cli.reporting import Reporter
from stateaware.errors import EXIT_FINDINGS, EXIT_OK, NothingCollected, UsageError
from stateaware.records import replace
from stateaware.report.summary import seconds_text


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="a folder, a file, or FILE::NODE::CODE")
    rules = parser.add_argument_group("which rules and items")
    add = rules.add_argument
    add("--select", metavar="RULES", action="append", help="only these: codes, prefixes (SA1), groups, ALL")
    add("--extend-select", metavar="RULES", action="append", help="these as well")
    add("--ignore", metavar="RULES", action="append", help="not these")
    add("-k", metavar="EXPR", help="items whose id or rule name contains it: 'orders and not SA2'")
    add("-m", metavar="EXPR", help="rules with a mark: 'null or (error and fixable)'")
    add("--lf", "--last-failed", action="store_true", help="only what failed last time")
    add("--ff", "--failed-first", action="store_true", help="what failed last time comes first")
    add("--co", "--collect-only", action="store_true", dest="collect_only", help="only list the items")
    ends = parser.add_argument_group("what makes it fail")
    add = ends.add_argument
    add("--fail-on", metavar="SEVERITY", help="error (default), warning, info or never")
    add("--exit-zero", action="store_true", help="exit 0 whatever is found")
    add("-x", "--exitfirst", action="store_const", const=1, dest="maxfail", help="stop at the first failure")
    add("--maxfail", metavar="N", type=number, help="stop after N failed items")
    add("--baseline", metavar="FILE", help="findings in it do not count")
    add("--write-baseline", metavar="FILE", help="write all findings to it, and exit 0")
    out = parser.add_argument_group("what comes out")
    add = out.add_argument
    formats = "text, concise, json, sarif, junit, github, gitlab"
    add("--output", metavar="FORMAT[=FILE]", action="append", help=f"{formats}; may be repeated")
    add("--durations", metavar="N", type=number, help="show the N slowest items (0: all)")
    add("--fix", action="store_true", help="apply safe fixes")
    add("--unsafe-fixes", action="store_true", help="also those that may change what is in force")
    add("--diff", action="store_true", help="print what --fix would change, and change nothing")
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Check, report, and return the exit code."""
    recording = Recording(arguments.written)
    _refuse_contradictions(arguments)
    selection = Selection(
        keywords=parse_keywords(arguments.k) if arguments.k is not None else None,
        marks=parse_marks(arguments.m, MARKS) if arguments.m is not None else None,
    )
    notices: list[str] = []
    places = find_places(arguments.paths, arguments.project_dir)
    plans = [_plan(place, arguments, selection, notices) for place in places]
    reporter = Reporter(arguments, plans)
    outcomes: list[Outcome] = []
    with Ticker(len(plans)).running() as ticker:
        controls = Controls(
            collect_only=arguments.collect_only,
            details=arguments.verbose > 0 or reporter.needs_items,
            verbose=arguments.verbose > 0,
            durations=arguments.durations,
            maxfail=arguments.maxfail or 0,
            last_failed="only" if arguments.lf else "first" if arguments.ff else "no",
            use_baseline=arguments.write_baseline is None,
            watch=outcomes.append if reporter.draws_dots and not arguments.fix else None,
            doing=ticker.doing,
        )
        session = Session(plans, controls)
        result = session.run()
        if arguments.fix or arguments.diff:
            from stateaware.cli.fixing import fix_projects

            result = fix_projects(session, result, arguments)
    result = replace(result, notices=(*dict.fromkeys(notices), *result.notices))
    code = _exit_code(plans, result, arguments)
    if arguments.write_baseline is not None:
        path = Path(arguments.write_baseline)
        count = session.write_baseline(path, result)
        sys.stdout.write(f"{path}: {count} finding{'' if count == 1 else 's'}\n")
        return EXIT_OK
    if arguments.collect_only:
        reporter.list_items(result)
    elif not arguments.diff:
        with recording.printing():
            reporter.report(result, outcomes, code)
    if not any(sum(project.counts.values()) or project.items for project in result.projects):
        raise NothingCollected("nothing to check" + (" in what was selected" if _narrows(plans) else ""))
    if reporter.repeatable and _is_plain(arguments) and all(plan.settings.cache for plan in plans):
        named = [path.partition("::")[0] for path in arguments.paths]
        recording.keep(code, seconds_text(result.seconds), [*named, *(str(plan.root) for plan in plans)])
    return code


def _is_plain(arguments: Namespace) -> bool:
    """Whether the run only looks and reports, and does not depend on how the last one went."""
    others = ("fix", "diff", "collect_only", "lf", "ff", "durations")
    return not any(getattr(arguments, name) not in (None, False) for name in others)


def _refuse_contradictions(arguments: Namespace) -> None:
    pairs = (
        ("lf", "ff", "--lf", "--ff"),
        ("fix", "diff", "--fix", "--diff"),
        ("baseline", "write_baseline", "--baseline", "--write-baseline"),
        ("fix", "collect_only", "--fix", "--collect-only"),
        ("diff", "collect_only", "--diff", "--collect-only"),
        ("diff", "output", "--diff", "--output"),
        ("fix", "write_baseline", "--fix", "--write-baseline"),
        ("diff", "write_baseline", "--diff", "--write-baseline"),
        ("collect_only", "write_baseline", "--collect-only", "--write-baseline"),
    )
    for one, other, flag, other_flag in pairs:
        if getattr(arguments, one) and getattr(arguments, other):
            raise UsageError(f"{flag} and {other_flag} exclude each other")
    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        raise UsageError("--unsafe-fixes needs --fix or --diff")


def _plan(place: Place, arguments: Namespace, selection: Selection, notices: list[str]) -> Plan:
    prepared = prepare(place.root, arguments)
    notices.extend(prepared.notices)
    return Plan(place.root, prepared.settings, prepared.options, replace(selection, patterns=place.patterns))


def _narrows(plans: list[Plan]) -> bool:
    return any(plan.selection.narrows for plan in plans)


def _exit_code(plans: list[Plan], result: CheckResult, arguments: Namespace) -> int:
    if arguments.exit_zero or arguments.collect_only:
        return EXIT_OK
    fail_on = {plan.root: plan.settings.fail_on for plan in plans}
    failed = any(
        fails(finding, fail_on[project.root]) for project in result.projects for finding in project.findings
    )
    return EXIT_FINDINGS if failed else EXIT_OK
