"""The way to the editor: standard input and output, or one connection to a port."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress
from typing import Final, Protocol

from pygls.io_ import run_async

from stateaware_lsp.server import Server

_CHUNK: Final = 1 << 18


class Writer(Protocol):
    """What pygls writes to."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def close(self) -> None:
        """Send no more."""


class _Output:
    """A file descriptor; silent once the editor no longer reads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        with suppress(OSError):  # the editor is gone, which the end of its output tells too
            while left:
                left = left[os.write(self._descriptor, left) :]

    def close(self) -> None:
        pass


def run_stdio(server: Server) -> None:
    """Talk over standard input and output until the editor says goodbye or is gone.

    Nothing else can come between: whatever prints writes to standard error meanwhile.
    """
    source, sink = os.dup(0), os.dup(1)
    with open(os.devnull, "r+b", buffering=0) as nothing:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
        try:
            os.dup2(2, 1)
        except OSError:  # standard error is closed
            os.dup2(nothing.fileno(), 1)

    async def talk_over_pipes() -> None:
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        # a thread, since on Windows pipes cannot be waited for; what has come is handed over at once,
        # so that a request and its cancellation are seen together
        threading.Thread(target=_pump, args=(source, reader, loop), daemon=True).start()
        await _talk(server, reader, _Output(sink))

    with suppress(SystemExit):  # how pygls leaves
        asyncio.run(talk_over_pipes())
    sys.stdout.flush()


def run_tcp(server: Server, host: str, port: int) -> None:
    """Wait for one editor on a port and talk to it until it says goodbye or is gone.

    Raises:
        OSError: nothing can listen there.
    """

    async def talk_to_first() -> None:
        gone = asyncio.Event()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            listening.close()
            try:
                await _talk(server, reader, writer)
            finally:
                writer.close()
                gone.set()

        listening = await asyncio.start_server(connected, host, port)
        await gone.wait()

    with suppress(SystemExit):  # how pygls leaves
        asyncio.run(talk_to_first())


async def _talk(server: Server, reader: asyncio.StreamReader, writer: Writer) -> None:
    server.protocol.set_writer(writer)
    stop = threading.Event()
    try:
        await run_async(stop, reader, server.protocol, error_handler=server.report_server_error)
    except (ValueError, EOFError, OSError):  # no messages but noise, or cut off in the middle of one
        pass
    finally:
        server.leaving = True


def _pump(source: int, reader: asyncio.StreamReader, loop: asyncio.AbstractEventLoop) -> None:
    with suppress(OSError, RuntimeError):  # RuntimeError: the loop has ended
        while data := os.read(source, _CHUNK):
            loop.call_soon_threadsafe(reader.feed_data, data)
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(reader.feed_eof)
