"""The table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(NamedTuple):
    """Where a command lives and what it is for; ``stays`` marks one that runs until it is told to stop."""

    module: str
    summary: str
    stays: bool = False


COMMANDS: Final[dict[str, Command]] = {
    "check": Command("stateaware.cli.check", "find what is wrong with the freshness configuration"),
    "explain": Command("stateaware.cli.explain", "say what is in force for a node, and where it comes from"),
    "resolve": Command(
        "stateaware.cli.resolve", "print what is in force for every node, with origins, as JSON"
    ),
    "verify": Command("stateaware.cli.verify", "compare the values in force with a manifest that dbt wrote"),
    "ls": Command("stateaware.cli.ls", "list models and sources with what is in force for them"),
    "plan": Command("stateaware.cli.plan", "say what a run would build and reuse, and why"),
    "simulate": Command("stateaware.cli.simulate", "run jobs through days to come, and see what they build"),
    "advise": Command("stateaware.cli.advise", "find the longest windows that keep data fresh enough"),
    "state": Command("stateaware.cli.state", "keep what is known of builds in one small file"),
    "lsp": Command("stateaware.cli.lsp", "serve an editor: diagnostics, hovers, fixes", stays=True),
    "rule": Command("stateaware.cli.rule", "print what a rule checks, why, and how to fix it"),
    "schema": Command("stateaware.cli.schema", "print the JSON Schema of a file or an output"),
    "completion": Command("stateaware.cli.completion", "print the completion script of a shell"),
}
"""Every command, in the order of the help."""


class CommandModule(Protocol):
    """What the module of a command holds; its docstring is the command's description."""

    __doc__: str | None

    @staticmethod
    def add_arguments(parser: ArgumentParser) -> None:
        """Declare the command's arguments."""

    @staticmethod
    def run(arguments: Namespace) -> int:
        """Do it, and return the exit code."""


def load_command(name: str) -> CommandModule:
    """The module of a command."""
    from importlib import import_module

    return cast("CommandModule", import_module(COMMANDS[name].module))
