"""Serve an editor over the Language Server Protocol, on standard input and output or on a port.

Editors start it by themselves; see docs/editors.md. Exit codes: 0 the editor said goodbye,
1 it went away without a word, 4 the server's packages are not installed.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from stateaware.errors import UsageError


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--stdio", action="store_true", help="talk over standard input and output (default)")
    way.add_argument(
        "--tcp", metavar="[HOST:]PORT", help="wait for one editor on a port (default host: 127.0.0.1)"
    )
    parser.add_argument(
        "--log-level",
        choices=("error", "warning", "info", "debug"),
        default="warning",
        help="what is logged to standard error (default: warning)",
    )
    parser.add_argument("--debug", action="store_true", help="show the whole error when the program fails")


def run(arguments: Namespace) -> int:
    """Serve until the editor leaves, and return the exit code."""
    try:
        from stateaware_lsp.start import serve_stdio, serve_tcp
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the language server needs the package {error.name}, which is not installed",
            "Install it: pip install 'stateaware[lsp]'",
        ) from None
    if arguments.tcp is None:
        return serve_stdio(arguments.log_level)
    host, _, port = arguments.tcp.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise UsageError(f"--tcp must be [HOST:]PORT, not {arguments.tcp}")
    try:
        return serve_tcp(host or "127.0.0.1", int(port), arguments.log_level)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"cannot listen on {arguments.tcp}: {reason}", "Name another port.") from None
