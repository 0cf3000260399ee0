"""Compare with dbt: list every node whose value in force differs from a manifest that dbt wrote.

The engine is the one that wrote the manifest; --engine documented compares it with the documentation,
and another dbt than the one that wrote it is refused.
Exit codes: 0 no difference, 1 differences, 4 wrong use.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from stateaware.cli.documents import print_json, print_lines
from stateaware.cli.load import prepare
from stateaware.cli.parser import add_common
from stateaware.cli.places import one_project
from stateaware.config.profiles import PROFILES
from stateaware.errors import EXIT_FINDINGS, EXIT_OK
from stateaware.records import replace
from stateaware.report.characters import one_line
from stateaware.workspace import load_project, require_readable


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--manifest", metavar="FILE", help="what dbt parse wrote; default: target/manifest.json"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Compare, print, and return the exit code."""
    from stateaware.verify import chosen_engine, compare, read_manifest

    root = one_project(arguments.project_dir)
    path = Path(arguments.manifest) if arguments.manifest else root / "target" / "manifest.json"
    manifest = read_manifest(path)
    prepared = prepare(root, arguments)
    engine, note = chosen_engine(manifest, prepared.settings.engine if arguments.engine else None)
    if note and not arguments.quiet:
        sys.stderr.write(f"note: {one_line(note)}\n")
    options = replace(prepared.options, profile=PROFILES[engine], everything=True)
    comparison = compare(require_readable(load_project(root, options)), manifest)
    if arguments.format == "json":
        print_json(comparison.document(), options.env)
    else:
        print_lines(comparison.lines(), options.env, arguments.color)
    return EXIT_FINDINGS if comparison.differences else EXIT_OK
