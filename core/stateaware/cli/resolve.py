"""Print what is in force for every model and source, with the origin of each value, as JSON.

The values have the form of dbt's manifest under the engine that --engine names.
Exit codes: 0 printed, 4 wrong use or settings.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stateaware.check.run import RunOptions, run_project
from stateaware.cli.documents import print_json
from stateaware.cli.load import prepare
from stateaware.cli.parser import add_common
from stateaware.cli.places import one_project
from stateaware.errors import EXIT_OK
from stateaware.records import replace
from stateaware.workspace import load_project


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("project", metavar="PROJECT_DIR", nargs="?", help="default: the nearest project")
    parser.add_argument("--format", choices=("json",), default="json", help="json is all there is")
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Resolve, print, and return the exit code."""
    from stateaware.report.json import finding_object
    from stateaware.report.resolution import resolution

    root = one_project(arguments.project or arguments.project_dir)
    prepared = prepare(root, arguments)
    project = load_project(root, replace(prepared.options, everything=True))
    document = resolution(project)
    result = run_project(project, RunOptions(prepared.settings))
    document["findings"] = [
        finding_object(finding, "") for finding in result.findings if finding.suppressed is None
    ]
    print_json(document, prepared.options.env)
    return EXIT_OK
