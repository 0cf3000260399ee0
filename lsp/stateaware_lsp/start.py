"""Starts the server on a transport."""

from __future__ import annotations

import gc
import logging
import sys
from contextlib import suppress

from stateaware_lsp.server import Server, make_server


def serve_stdio(log_level: str) -> int:
    """Serve on standard input and output until the editor leaves; returns the exit code."""
    server = _prepare(log_level)
    server.start_io()
    return server.exit_code


def serve_tcp(host: str, port: int, log_level: str) -> int:
    """Serve one editor that connects to a port; returns the exit code.

    Raises:
        OSError: nothing can listen there.
    """
    server = _prepare(log_level)
    with suppress(SystemExit):  # how pygls leaves
        server.start_tcp(host, port)
    return server.exit_code


def _prepare(log_level: str) -> Server:
    level = log_level.upper()
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # pygls logs whole messages, and with them what stands in the project
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    # an index is many small objects that stay; looking through all of them again and again takes long
    gc.set_threshold(50_000, 20, 100)
    # an edit that arrives while everything is being checked must not wait for its turn
    sys.setswitchinterval(0.001)
    return make_server()
