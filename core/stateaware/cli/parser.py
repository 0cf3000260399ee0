"""argparse, made to speak like the rest: one cause, one remedy, exit code 4."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NoReturn

from stateaware.errors import UsageError, nearest

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from stateaware.cli.commands import CommandModule


class Parser(argparse.ArgumentParser):
    """A parser of one command; its errors are `UsageError`."""

    def error(self, message: str) -> NoReturn:
        """Argparse's own complaints.

        Raises:
            UsageError: always.
        """
        raise UsageError(message.removeprefix("argument "), f"All options: {self.prog} --help")

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """The help; argparse would say nothing where it cannot be written."""
        (file or sys.stdout).write(self.format_help())
        sys.stdout.flush()

    def option_strings(self) -> list[str]:
        """Every option, in all spellings."""
        return [text for action in self._actions for text in action.option_strings]


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal; argparse makes one for each option, and its own way imports shutil."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


@cache
def _columns() -> int:
    columns = os.environ.get("COLUMNS", "")
    try:
        return int(columns) if columns.isdigit() else os.get_terminal_size(1).columns
    except OSError:
        return 80


def parse(name: str, command: CommandModule, arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments of one command; options and positionals may come in any order.

    ``written`` are all of them as they were given.

    Raises:
        UsageError: an option is unknown or lacks its value.
    """
    parser = Parser(
        prog=f"stateaware {name}",
        description=(command.__doc__ or "").strip(),
        formatter_class=_Help,
        allow_abbrev=False,
        add_help=False,
    )
    command.add_arguments(parser)
    parser.add_argument("-h", "--help", action="help", help="print this")
    parsed, unknown = parser.parse_known_intermixed_args(list(arguments))
    if unknown:
        word = unknown[0].split("=", 1)[0]
        if word.startswith("-"):
            # compared without the dashes, which would make any two short options alike
            known = (text.removeprefix("--") for text in parser.option_strings() if text.startswith("--"))
            meant = nearest(word.lstrip("-"), known)
            remedy = f"Did you mean `--{meant}`?" if meant else f"All options: {parser.prog} --help"
            raise UsageError(f"no option {word}", remedy)
        raise UsageError(
            f"one argument too many: {unknown[0]}", f"{parser.prog} --help tells which it takes."
        )
    parsed.written = tuple(arguments)
    return parsed


def number(text: str) -> int:
    """A whole number of an option, not negative.

    Raises:
        ArgumentTypeError: it is something else.
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text}")
    return int(text)


COLORS: Final = ("auto", "always", "never")


def add_common(parser: argparse.ArgumentParser) -> None:
    """The options that every command takes which reads a project."""
    project = parser.add_argument_group("the project")
    project.add_argument(
        "--project-dir", metavar="DIR", help="its folder (default: the nearest dbt_project.yml upwards)"
    )
    project.add_argument("--engine", metavar="NAME", help="documented, fusion or core: whose rules decide")
    project.add_argument(
        "--profiles-dir",
        metavar="DIR",
        help="the folder of profiles.yml (default: DBT_PROFILES_DIR, here, the project's, ~/.dbt)",
    )
    project.add_argument("--target", metavar="NAME", help="the target that Jinja sees")
    project.add_argument("--vars", metavar="YAML", help="variables as dbt takes them: '{key: value}'")
    project.add_argument(
        "--env",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a variable for env_var(); may be repeated",
    )
    project.add_argument(
        "--adapter", metavar="NAME", help="snowflake, bigquery, ... instead of profiles.yml's type"
    )
    project.add_argument("--now", metavar="TIME", help="the time that Jinja takes as now, with a zone")
    output = parser.add_argument_group("how it works")
    output.add_argument(
        "--color", metavar="WHEN", choices=COLORS, default="auto", help="auto, always or never"
    )
    output.add_argument("--no-cache", action="store_true", help="neither read nor write stored results")
    output.add_argument("--debug", action="store_true", help="show the whole error when the program fails")
    output.add_argument("-v", "--verbose", action="count", default=0, help="say more")
    output.add_argument("-q", "--quiet", action="count", default=0, help="say less")
