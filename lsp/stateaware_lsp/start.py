"""Starts the server on a transport."""

from __future__ import annotations

import gc
import logging
import sys

from stateaware_lsp.server import Server, make_server
from stateaware_lsp.transport import run_stdio, run_tcp


def serve_stdio(log_level: str) -> int:
    """Serve on standard input and output until the editor leaves; returns the exit code."""
    server = _prepare(log_level)
    run_stdio(server)
    return server.exit_code


def serve_tcp(host: str, port: int, log_level: str) -> int:
    """Serve one editor that connects to a port; returns the exit code.

    Raises:
        OSError: nothing can listen there.
    """
    server = _prepare(log_level)
    run_tcp(server, host, port)
    return server.exit_code


def _prepare(log_level: str) -> Server:
    level = log_level.upper()
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # these log whole messages and errors, and with them what stands in the project
    for name in ("pygls", "asyncio", "concurrent.futures"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # an index is many small objects that stay; looking through them again and again while it is made takes
    # 2/5 of the time, and is begun when the projects are read
    gc.disable()
    gc.set_threshold(100_000, 20, 100)
    # an edit that arrives while everything is being checked must not wait for its turn
    sys.setswitchinterval(0.001)
    return make_server()
