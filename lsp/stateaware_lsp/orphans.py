"""Leaving when the editor has gone without closing the connection."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from stateaware_lsp.server import Server

_EVERY: Final = 5.0


async def leave_with(server: Server, process: int | None) -> None:
    """End this process once the editor's, by its id, has ended.

    An id that nobody has from the start is of another machine or container, and says nothing. On
    Windows the closed pipe alone tells.
    """
    if process is None or os.name == "nt" or not _runs(process):
        return
    while not server.leaving:
        await asyncio.sleep(_EVERY)
        if not _runs(process):
            server.leaving = True
            raise SystemExit(server.exit_code)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it runs, and is somebody else's
        return True
    return True
