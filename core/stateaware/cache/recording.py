"""Stores what a check printed, with the state of what it depends on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from stateaware.cache import state, watch
from stateaware.cache.entry import Entry, encode
from stateaware.cache.key import run_key
from stateaware.cache.place import private_folder
from stateaware.cache.recall import RESULTS

MOST_ENTRIES: Final = 40
"""The oldest results beyond these are deleted."""

_LOOKED_FOR: Final = ("dbt_project.yml", "stateaware.toml", "pyproject.toml", ".git")
"""Looked for in a folder and all above it, to find a project, its settings and its repository."""

_COMPILED: Final = f"{os.sep}__pycache__{os.sep}"
"""What Python compiled is not looked at, but what it was compiled from."""

_DEVICES: Final = ("/dev/", "/proc/", "/sys/")


class Recording:
    """Watches a run, from the moment when it is made, and stores its result at the end.

    Does nothing for a command line whose result is not to be stored. Whatever goes wrong with storing
    is passed over in silence: the result was printed already.
    """

    def __init__(self, arguments: Iterable[str]) -> None:
        self._name = run_key(["check", *arguments])
        self._started = time.time_ns()
        self._watched = watch.start() if self._name is not None else watch.Watched()
        self._outputs: list[list[str]] = [[], []]

    @contextmanager
    def printing(self) -> Iterator[None]:
        """Remember what is printed in the meantime."""
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (
            _Tee(stream, parts) for stream, parts in zip(streams, self._outputs, strict=True)
        )
        try:
            yield
        finally:
            sys.stdout, sys.stderr = streams

    def keep(self, code: int, told: str, places: Iterable[str]) -> None:
        """Store the result.

        Args:
            code: the exit code.
            told: the words in which the output tells how long the run took (``0.21 s``).
            places: the files and folders that the command line names, and the projects.
        """
        if self._name is None or self._watched.clock:
            return
        watch.stop()
        folder = private_folder(RESULTS)
        entry = self._entry(code, told, places)
        if folder is None or entry is None:
            return
        try:
            _write(os.path.join(folder, self._name), encode(entry))
            _prune(folder)
        except (OSError, ValueError):
            return

    def _entry(self, code: int, told: str, places: Iterable[str]) -> Entry | None:
        opened = (path for path in self._watched.paths if not path.startswith(_DEVICES))
        paths = list({path: None for path in opened if _COMPILED not in path} | _module_files())
        signatures = [state.signature(path) for path in paths]
        settled = self._started - state.SETTLED_AFTER
        if any(found is not None and state.changed_at(found) >= settled for found in signatures):
            return None
        looked_for = [*self._watched.looked_for, *_looked_for(places)]
        variables = tuple(sorted(self._watched.variables))
        printed, errors = ("".join(parts) for parts in self._outputs)
        before, seconds, after = printed.rpartition(f" in {told}")
        if seconds:
            before, after = f"{before} in ", f" s{after}"
        return Entry(
            paths,
            signatures,
            looked_for,
            bytes(map(state.kind, looked_for)),
            variables,
            state.digest_of_variables(variables),
            before,
            after,
            errors,
            code,
        )


class _Tee:
    """A stream that also remembers what is written to it."""

    def __init__(self, stream: Any, parts: list[str]) -> None:
        self._stream = stream
        self._parts = parts

    def write(self, text: str) -> int:
        self._parts.append(text)
        return int(self._stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _looked_for(places: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for place in (os.getcwd(), *places):
        folder = os.path.abspath(place)
        found[folder] = None
        while True:
            found.update(dict.fromkeys(os.path.join(folder, name) for name in _LOOKED_FOR))
            above = os.path.dirname(folder)
            if above == folder:
                break
            folder = above
    return list(found)


def _module_files() -> dict[str, None]:
    """The files of all modules but those of the standard library, which belongs to Python's version."""
    library = os.path.dirname(os.__file__)
    found: dict[str, None] = {}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and (not file.startswith(library) or "site-packages" in file):
            found[os.path.abspath(file)] = None
    return found


def _write(path: str, data: bytes) -> None:
    """Write a file so that nobody ever sees half of one; its digest stands in for a sync."""
    temporary = f"{path}.{os.urandom(4).hex()}.tmp"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _prune(folder: str) -> None:
    with os.scandir(folder) as found:
        files = sorted((entry.stat(follow_symlinks=False).st_mtime_ns, entry.path) for entry in found)
    for _, path in files[:-MOST_ENTRIES]:
        os.unlink(path)
