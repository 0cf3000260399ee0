"""Print a completion script for a shell.

bash        stateaware completion bash > ~/.local/share/bash-completion/completions/stateaware
zsh         stateaware completion zsh > a folder of $fpath, as _stateaware
fish        stateaware completion fish > ~/.config/fish/completions/stateaware.fish
powershell  stateaware completion powershell >> $PROFILE
"""

from __future__ import annotations

import sys
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from stateaware.check.settings import ENGINES
from stateaware.cli.commands import COMMANDS, load_command
from stateaware.cli.parser import COLORS
from stateaware.errors import EXIT_OK
from stateaware.records import dataclass
from stateaware.report import FORMATS
from stateaware.rules.registry import GROUPS, codes
from stateaware.schema_files import schema_names

SHELLS: Final = ("bash", "zsh", "fish", "powershell")


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a command; ``words`` are what its value can be, ``files`` says that it is a path."""

    names: tuple[str, ...]
    help: str
    takes_value: bool
    words: tuple[str, ...] = ()
    files: bool = False


@dataclass(frozen=True, slots=True)
class CommandWords:
    """What can be completed behind a command."""

    name: str
    summary: str
    options: tuple[Option, ...]
    words: tuple[str, ...] = ()


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("shell", choices=SHELLS, help="for which shell")
    parser.add_argument("--debug", action="store_true", help="show the whole error when the program fails")


def run(arguments: Namespace) -> int:
    """Print, and return the exit code."""
    from stateaware.cli import shells

    render: Callable[[Sequence[CommandWords]], str] = getattr(shells, arguments.shell)
    sys.stdout.write(render([_command(name) for name in COMMANDS]))
    return EXIT_OK


def _values() -> Mapping[str, tuple[str, ...]]:
    """The words that an option's value can be, by the name of the option."""
    rules = (*codes(), *GROUPS, "ALL")
    return {
        "--engine": ENGINES,
        "--color": COLORS,
        "--fail-on": ("error", "warning", "info", "never"),
        "--output": tuple(FORMATS),
        "--select": rules,
        "--extend-select": rules,
        "--ignore": rules,
    }


def _command(name: str) -> CommandWords:
    module = load_command(name)
    parser = ArgumentParser(prog=name, add_help=False)
    module.add_arguments(parser)
    values = _values()
    options = []
    words: tuple[str, ...] = {"rule": (*codes(), *GROUPS), "schema": schema_names()}.get(name, ())
    for action in parser._actions:  # argparse has no public way to list them
        if action.option_strings:
            options.append(_option(action, values))
        elif action.choices:
            words = tuple(map(str, action.choices))
    return CommandWords(name, COMMANDS[name].summary, tuple(options), words)


def _option(action: Action, values: Mapping[str, tuple[str, ...]]) -> Option:
    names = tuple(action.option_strings)
    known = next((values[name] for name in names if name in values), ())
    words = tuple(map(str, action.choices)) if action.choices else known
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    return Option(names, action.help or "", action.nargs != 0, words, "FILE" in metavar or metavar == "DIR")
