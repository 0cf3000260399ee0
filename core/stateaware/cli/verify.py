"""Compare with dbt: list every node whose value in force differs from a manifest that dbt wrote.

The engine is the one that wrote the manifest. Exit codes: 0 no difference, 1 differences, 4 wrong use.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from stateaware.cli.documents import print_json, print_text
from stateaware.cli.load import prepare
from stateaware.cli.parser import add_common
from stateaware.config.profiles import PROFILES
from stateaware.errors import EXIT_FINDINGS, EXIT_OK
from stateaware.records import replace
from stateaware.workspace import find_project, load_project, require_readable


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--manifest", metavar="FILE", help="what dbt parse wrote; default: target/manifest.json"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Compare, print, and return the exit code."""
    from stateaware.verify import compare, read_manifest

    root = find_project(Path(arguments.project_dir or "."))
    path = Path(arguments.manifest) if arguments.manifest else root / "target" / "manifest.json"
    manifest = read_manifest(path)
    prepared = prepare(root, arguments)
    engine = arguments.engine or manifest.engine
    options = replace(prepared.options, profile=PROFILES[engine], everything=True)
    comparison = compare(require_readable(load_project(root, options)), manifest)
    if arguments.format == "json":
        print_json(comparison.document(), options.env)
    else:
        print_text(comparison.text(), options.env)
    return EXIT_FINDINGS if comparison.differences else EXIT_OK
