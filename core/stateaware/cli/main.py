"""Finds the command, runs it, and turns every way it can end into an exit code."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from stateaware.cli.commands import COMMANDS, load_command
from stateaware.errors import (
    EXIT_INTERNAL,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_USAGE,
    StateawareError,
    UsageError,
    suggest,
)

_NO_ROOM: Final = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)


def run(arguments: Sequence[str]) -> int:
    """Run the command line; no exception leaves it."""
    debug = "--debug" in arguments
    _survive_encoding()
    try:
        code = _dispatch(list(arguments))
        sys.stdout.flush()
    except StateawareError as error:
        from stateaware.report.characters import show_controls

        _tell(show_controls(f"stateaware: {error}"))
        return error.exit_code
    except KeyboardInterrupt:
        _tell("stateaware: interrupted")
        return EXIT_INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT_OK
    except Exception as error:
        code_of_output = end_output(error) if isinstance(error, OSError) else None
        if code_of_output is not None:
            return code_of_output
        if debug:
            raise
        from stateaware.cli.crash import explain_crash

        _tell(explain_crash(error, arguments))
        return EXIT_INTERNAL
    return code


def end_output(error: OSError) -> int | None:
    """The exit code where output cannot be written, which is told unless its reader has gone; else None."""
    if isinstance(error, BrokenPipeError):
        _discard_output()
        return EXIT_INTERRUPTED
    if error.errno in _NO_ROOM:
        _discard_output()
        _tell(f"stateaware: cannot write the output: {os.strerror(error.errno).lower()}")
        return EXIT_USAGE
    return None


def _discard_output() -> None:
    """Forget what could not be written: Python would complain once more when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(text: str) -> None:
    try:
        sys.stdout.flush()
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is where messages go
    except OSError:
        return


def _survive_encoding() -> None:
    """A name that the terminal's encoding lacks is written with escapes instead of ending the run.

    A stream that was closed before we started swallows what is written.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, open(nowhere, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _dispatch(arguments: list[str]) -> int:
    name = arguments[0] if arguments else ""
    if name in ("-h", "--help", "help") and not arguments[1:]:
        print(_overview())  # noqa: T201
        return EXIT_OK
    if name == "help":
        arguments = [arguments[1], "--help"]
        name = arguments[0]
    if not name:
        _tell(_overview())
        return EXIT_USAGE
    if name not in COMMANDS:
        raise _no_command(name, arguments)
    _require_folder()
    if not COMMANDS[name].stays:
        gc.disable()  # a run is short and makes few cycles; collecting them takes a tenth of its time
    from stateaware.cli.parser import parse

    command = load_command(name)
    return command.run(parse(name, command, arguments[1:]))


def _require_folder() -> None:
    try:
        os.getcwd()  # noqa: PTH109 - pathlib would only call this
    except OSError as error:
        message = f"the working folder cannot be used: {(error.strerror or str(error)).lower()}"
        raise UsageError(message, "Change to a folder that exists.") from None


def _no_command(name: str, arguments: list[str]) -> UsageError:
    if name.startswith("-"):
        found = next((word for word in arguments if word in COMMANDS), "check")
        return UsageError(f"a command comes before {name}", f"Write: stateaware {found} {name} ...")
    if Path(name).exists():
        return UsageError(f"`{name}` is no command", f"To check it: stateaware check {name}")
    return UsageError(f"no command `{name}`", suggest(name, COMMANDS, f"There are {', '.join(COMMANDS)}."))


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [
        "stateaware says what a dbt project's freshness configuration does, and what is wrong with it.",
        "",
        "usage: stateaware COMMAND ...",
        "",
        *(f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()),
        "",
        "stateaware COMMAND --help tells more; stateaware --version says which one this is.",
    ]
    return "\n".join(lines)
