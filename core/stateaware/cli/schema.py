"""Print the JSON Schema of a file that dbt reads, of the settings, or of an output.

NAME is one of those that are listed without it. For an editor with a YAML language server:
stateaware schema properties > properties.schema.json, and in the file a first line
# yaml-language-server: $schema=properties.schema.json
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace

from stateaware.errors import EXIT_OK, UsageError, suggest
from stateaware.schema_files import Schema, UnknownSchemaError, bundle_schema, read_schema, schema_names


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="which schema; without it all are listed")
    parser.add_argument("--debug", action="store_true", help="show the whole error when the program fails")


def run(arguments: Namespace) -> int:
    """Print, and return the exit code."""
    if arguments.name is None:
        width = max(map(len, schema_names()))
        for name in schema_names():
            sys.stdout.write(f"{name:<{width}}  {_told(read_schema(name))}\n")
        return EXIT_OK
    name = arguments.name.removesuffix(".json").removesuffix(".schema")
    try:
        schema = bundle_schema(name)
    except UnknownSchemaError as error:
        remedy = suggest(name, error.known, f"There are {', '.join(error.known)}.")
        raise UsageError(f"no schema `{arguments.name}`", remedy) from None
    sys.stdout.write(json.dumps(schema, indent=2) + "\n")
    return EXIT_OK


def _told(schema: Schema) -> str:
    """What a schema is for: its title, else the first sentence of its description."""
    return str(schema.get("title") or str(schema.get("description", "")).split(". ")[0])
