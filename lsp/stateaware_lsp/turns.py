"""Requests one after the other, so that those which the editor takes back in time are never looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps
from inspect import isawaitable
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError

REQUESTS: Final = frozenset(
    method
    for method, (_, response, *_) in types.METHOD_TO_TYPES.items()
    if response is not None and method not in (types.INITIALIZE, types.SHUTDOWN)
)

Handler = Callable[..., Any]


class Turns:
    """Lets a request begin once what the editor has sent since was read.

    pygls runs a synchronous handler as soon as its request is read, and so also one whose cancellation
    stands right behind it. An error of ours answers its request, and ``tell_bug`` is told.
    """

    def __init__(self, tell_bug: Callable[[Exception], None]) -> None:
        self._next = asyncio.Lock()
        self._tell_bug = tell_bug

    def wrap(self, handler: Handler) -> Handler:
        """A handler that waits for its turn."""

        @wraps(handler)
        async def answer(*args: Any) -> Any:
            async with self._next:
                await asyncio.sleep(0)
            try:
                result = handler(*args)
                return await result if isawaitable(result) else result
            except JsonRpcException:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it answers this request only
                self._tell_bug(error)
                # what the error says may quote the project, and editors log it
                raise JsonRpcInternalError(f"a bug of stateaware ({type(error).__name__})") from None

        return answer
