"""Remembers what a run opens, lists, looks for and reads from the environment.

Python tells audit hooks about every file that is opened and every folder that is listed, whoever does
it; so nothing is forgotten. What leaves no such trace is noted by those who do it: looking whether
something exists, reading a variable for a template, asking the clock.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping

_WRITING = os.O_WRONLY | os.O_RDWR


class Watched:
    """What a run has depended on so far. ``paths`` and ``looked_for`` are absolute."""

    __slots__ = ("clock", "looked_for", "paths", "variables")

    def __init__(self) -> None:
        self.paths: dict[str, None] = {}
        self.looked_for: dict[str, None] = {}
        self.variables: set[str] = set()
        self.clock = False


_watched: Watched | None = None
_hooked = False


def start() -> Watched:
    """Begin to watch; what was watched before is forgotten."""
    global _watched, _hooked
    _watched = Watched()
    if not _hooked:
        sys.addaudithook(_hear)
        _hooked = True
    return _watched


def stop() -> None:
    """Watch no longer."""
    global _watched
    _watched = None


def note_clock() -> None:
    """Say that the result depends on the date or time."""
    if _watched is not None:
        _watched.clock = True


def note_path(path: str) -> None:
    """Say that the result depends on what there is at a path."""
    if _watched is not None:
        _watched.looked_for[os.path.abspath(path)] = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _watched is None:
        return
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _WRITING:
            return
    elif event in ("os.listdir", "os.scandir"):
        path = "." if arguments[0] is None else arguments[0]
    else:
        return
    if isinstance(path, (str, bytes)):
        name = os.fsdecode(path)
        if name and "\0" not in name:
            _watched.paths[name if name[0] == "/" else os.path.abspath(name)] = None


class Environment(Mapping[str, str]):
    """Environment variables of which is remembered which were asked for."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        if _watched is not None:
            _watched.variables.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
