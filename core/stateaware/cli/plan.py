"""Say which models a run would build and which it would reuse, and why, before anything runs.

The graph and its settings come from the project's files, or with --manifest from a manifest.json that dbt
wrote. What was built before and when there was new data is read from dbt's artifacts: those of the target
folder by itself, others by --state, --run-results and --sources; or it is stated by --assume. dbt is not
run and nothing is asked of a warehouse.
Exit codes: 0 planned, 4 wrong use, 5 nothing selected; with --exit-code 0 nothing to build, 10 something.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.ground import Footing, find_footing
from stateaware.cli.known import add_known, read_basis, read_given, read_start, say_notes
from stateaware.cli.output import write_file
from stateaware.cli.pages import add_page_file, check_page
from stateaware.cli.parser import add_common
from stateaware.errors import EXIT_OK, EXIT_TO_BUILD, NothingCollected, UsageError, suggest
from stateaware.forecast.basis import Basis, make_plan
from stateaware.forecast.selecting import select_nodes
from stateaware.plan.decision import Plan
from stateaware.plan.modes import MODES, Options
from stateaware.text.pieces import Line, Piece
from stateaware.workspace import Project

_SELECTING: Final = (
    ("--select", "NODES", "only these, in dbt's selection syntax: stg_*, +fct_orders, tag:nightly"),
    ("--exclude", "NODES", "all but these, likewise"),
)
_HOW_TO_TELL: Final = (
    "say when models were built and sources had new data: --assume 'model:*@built:2h' "
    "--assume source:raw.orders@30m"
)
_FORMATS: Final = ("text", "json", "html", "markdown", "dbt-select")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("project", metavar="PROJECT_DIR", nargs="?", help="default: the nearest project")
    run = parser.add_argument_group("the run")
    run.add_argument("--at", metavar="TIME", help="when it would start, with a zone (default: now)")
    run.add_argument(
        "--mode",
        choices=tuple(MODES),
        default="recommended",
        help="by whose rules: recommended (default), sao as dbt does, state for dbt State",
    )
    for option, metavar, text in _SELECTING:
        # `select` would be the setting of that name, which chooses rules
        place = f"nodes_{option.strip('-')}"
        run.add_argument(
            option, dest=place, metavar=metavar, nargs="+", action="extend", default=[], help=text
        )
    run.add_argument("--selector", metavar="NAME", default="", help="a selector of selectors.yml")
    run.add_argument("--full-refresh", action="store_true", help="as dbt's option of that name")
    run.add_argument("--force", action="store_true", help="state-aware builds are switched off")
    add_known(parser)
    output = parser.add_argument_group("the output")
    output.add_argument("--explain", metavar="NODE", action="append", help="the whole reasoning about a node")
    output.add_argument("--format", choices=_FORMATS, default="text", help=", ".join(_FORMATS))
    add_page_file(output)
    output.add_argument(
        "--emit-selector", metavar="FILE", help="write a selectors.yml of what would be built; - prints it"
    )
    output.add_argument(
        "--diff", metavar="BASE", help="what the project alters beside a git revision or another folder"
    )
    output.add_argument(
        "--every", metavar="TIME", default="1h", help="between two runs, to count builds a day in --diff"
    )
    output.add_argument("--exit-code", action="store_true", help="end with 10 where something would be built")
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Plan, print, and return the exit code."""
    check_page(arguments)
    _check_explain(arguments)
    at = read_start(arguments.at, "--at", arguments)
    footing = find_footing(arguments)
    ground, given = footing.ground, read_given(arguments)
    basis = read_basis(footing, arguments, given, at)
    started = Options(mode=arguments.mode, force=arguments.force, full_refresh=arguments.full_refresh)
    if arguments.diff:
        from stateaware.cli.plan_diff import print_difference

        if not isinstance(ground, Project):
            raise UsageError("--diff compares files, and not a manifest", "Leave out --manifest.")
        print_difference(ground, basis, given, started, arguments, at)
        return EXIT_OK
    if arguments.format == "markdown":
        raise UsageError("--format markdown is of --diff", "Name what to compare with: --diff main")
    selection = select_nodes(
        ground, arguments.nodes_select, arguments.nodes_exclude, arguments.selector, given
    )
    plan = make_plan(basis, at, started, None if selection is None else selection.unique_ids)
    if not plan.decisions:
        say_notes(basis.notes, arguments)
        what = "no model to plan for" if selection is None else "nothing is left to plan for"
        remedy = "" if arguments.manifest else "stateaware ls shows what there is."
        raise NothingCollected(what, remedy)
    say_notes(selection.unmatched if selection is not None else (), arguments)
    explained = [_find(plan, name) for name in arguments.explain or ()]
    notes = basis.notes
    if len(plan.having("unknown")) == len(plan.decisions) - len(plan.having("inline", "absent")):
        notes = (*notes, _HOW_TO_TELL)
    say_notes(notes, arguments)
    _print(plan, basis, footing, explained, arguments)
    if arguments.emit_selector:
        _emit(plan, basis, arguments.emit_selector)
    building = plan.having("build", "clone", "unknown")
    return EXIT_TO_BUILD if arguments.exit_code and building else EXIT_OK


def _print(
    plan: Plan, basis: Basis, footing: Footing, explained: Sequence[str], arguments: Namespace
) -> None:
    env = footing.options.env
    if arguments.format == "json":
        from stateaware.report.plan_document import plan_document

        document = plan_document(
            plan,
            project=basis.project,
            engine=basis.engine,
            basis=basis.words,
            files=basis.files,
            explained=explained,
        )
        print_json(document, env)
    elif arguments.format == "html":
        _print_page(plan, basis, footing, arguments)
    elif arguments.format == "dbt-select":
        from stateaware.report.plan_selection import select_lines

        print_lines(((Piece(line),) for line in select_lines(plan, basis.lineage)), env, "never")
        unknown = len(plan.having("unknown"))
        if unknown and not arguments.quiet:
            sys.stderr.write(f"note: {unknown} of them are selected since their state is not known\n")
    elif arguments.emit_selector != "-":
        print_lines(_lines(plan, basis, explained, arguments), env, arguments.color)


def _check_explain(arguments: Namespace) -> None:
    """See that what --explain has to say goes somewhere.

    Raises:
        UsageError: the output that is asked for has no place for it.
    """
    if not arguments.explain or arguments.diff:
        return
    if arguments.format == "html":
        remedy = "Leave out --explain: the page shows it for each node that is chosen there."
        raise UsageError("--format html explains every node", remedy)
    if arguments.format == "dbt-select" or arguments.emit_selector == "-":
        raise UsageError("what dbt reads has no place for --explain", "Leave out one of the two.")


def _print_page(plan: Plan, basis: Basis, footing: Footing, arguments: Namespace) -> None:
    """Write the report page of a plan.

    Raises:
        OutputError: it cannot be written.
    """
    from stateaware.check.settings_file import find_settings
    from stateaware.cli.pages import print_page
    from stateaware.forecast.subject import subject_of
    from stateaware.report.html.plan import plan_report

    jobs = [job.name for job in find_settings(footing.folder).values.get("jobs", ())]
    print_page(plan_report(plan, subject_of(footing.ground, basis, jobs)), arguments, footing.options.env)


def _emit(plan: Plan, basis: Basis, file: str) -> None:
    """Write the selector of a plan.

    Raises:
        OutputError: it cannot be written.
    """
    from stateaware.report.plan_selection import selector_text

    text = selector_text(plan, basis.lineage)
    if file == "-":
        sys.stdout.write(text)
        return
    write_file(Path(file), text)


def _lines(plan: Plan, basis: Basis, explained: Sequence[str], arguments: Namespace) -> Iterator[Line]:
    if explained:
        from stateaware.report.plan_tree import tree_lines

        for number, unique_id in enumerate(explained):
            if number:
                yield ()
            yield from tree_lines(plan, unique_id)
        return
    from stateaware.report.plan_lines import plan_lines

    yield from plan_lines(plan, basis.words, verbosity=arguments.verbose - arguments.quiet)


def _find(plan: Plan, name: str) -> str:
    """The planned node that is meant by a unique_id, a name, or a kind and a name.

    Raises:
        UsageError: there is none, or more than one.
    """
    kind, _, rest = name.rpartition(":")
    names = {key: key.split(".", 2)[-1] for key in plan.decisions}
    found = [
        key
        for key, known in names.items()
        if name == key or (rest == known and (not kind or key.startswith(f"{kind}.")))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"`{name}` is the name of {len(found)} nodes", f"Write which one: {', '.join(found)}"
        )
    raise UsageError(
        f"`{name}` is not planned", suggest(rest, names.values(), "stateaware plan -v names every node.")
    )
