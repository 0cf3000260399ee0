"""What tells one run from another before anything is read: where, how and by whom it was started."""

from __future__ import annotations

import os
import sys

from stateaware._version import __version__
from stateaware.cache.state import digest_of

SECRET = "DBT_ENV_SECRET"  # noqa: S105 - the name that secrets begin with
"""How the names of variables begin whose values may be stored nowhere, not even in a digest."""

PREFIX = "STATEAWARE_"
NAMES = (
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "HOME",
    "LINES",
    "NO_COLOR",
    "PYTHONPATH",
    "TERM",
    "TZ",
    "USERPROFILE",
)
"""Variables that are looked at in every run, beside those that begin with ``STATEAWARE_``."""


def run_key(arguments: list[str]) -> str | None:
    """The name under which the result of a run is kept; None where it is not to be kept.

    Args:
        arguments: the command line, the command first.
    """
    if arguments[:1] != ["check"] or "--no-cache" in arguments or any(SECRET in text for text in arguments):
        return None
    environ = os.environ
    looked_at = [f"{name}={environ[name]}" for name in NAMES if name in environ]
    looked_at += sorted(f"{name}={value}" for name, value in environ.items() if name.startswith(PREFIX))
    try:
        parts = (
            __version__,
            sys.version,
            sys.executable or "",
            __file__,
            os.getcwd(),
            *_terminal(),
            str(len(arguments)),
            *arguments,
            *looked_at,
        )
    except (OSError, ValueError, AttributeError):  # no working directory, or a stream is closed
        return None
    return digest_of(*parts).hex()


def _terminal() -> list[str]:
    """What of the outputs decides how a result looks."""
    found = []
    for stream in (sys.stdout, sys.stderr):
        shown = stream.isatty()
        size = os.get_terminal_size(stream.fileno()) if shown else None
        found.append(f"{shown} {size} {stream.encoding}")
    return found
