"""Which files of a project dbt reads, and reading them safely."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""Bigger files are not read: no model or properties file comes near, and one that does hangs editors."""

_FLAGS: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
# O_NONBLOCK: opening a FIFO must not wait for a writer

_CHUNK: Final = 65536
# reads above 64 KiB cross the allocator's mmap threshold and take three times as long


class FileTooBigError(OSError):
    """The file is larger than MAX_FILE_BYTES."""


def read_bytes(path: str, *, limit: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a regular file, of at most ``limit`` bytes.

    Raises:
        OSError: it cannot be read, is no regular file (a pipe would block for ever) or is too big.
    """
    try:
        fd = os.open(path, _FLAGS)
    except ValueError as error:  # a NUL in the path
        raise FileNotFoundError(str(error)) from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"not a regular file: {path}")
        if status.st_size > limit:
            raise FileTooBigError(f"larger than {limit // 2**20} MiB: {path}")
        # one byte more than there should be tells the end of the file without a second call
        wanted = min(status.st_size + 1, _CHUNK)
        first = os.read(fd, wanted)
        if len(first) < wanted:
            return first
        parts, total = [first], len(first)
        while part := os.read(fd, _CHUNK):
            parts.append(part)
            total += len(part)
            if total > limit:
                raise FileTooBigError(f"larger than {limit // 2**20} MiB: {path}")
        return b"".join(parts)
    finally:
        os.close(fd)


def walk(folder: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """A folder and all below it, each with the names of its files that end with one of the suffixes.

    Endings are compared in lower case. Sorted; unreadable folders are passed over. The folder itself may
    be a link, but links to folders below it are not followed: neither engine does. Paths start with
    ``folder`` as given.
    """
    names: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                name = entry.name
                try:
                    if name.lower().endswith(suffixes) and entry.is_file():
                        names.append(name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(name)
                except OSError:
                    continue
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return
    yield folder, sorted(names)
    for name in sorted(folders):
        yield from walk(os.path.join(folder, name), suffixes)  # noqa: PTH118 - hot, and pathlib is 7x slower


def relative(path: str, root: str) -> str:
    """A path relative to the project, with forward slashes (``..`` where it lies outside)."""
    prefix = root.rstrip(os.sep) + os.sep
    rest = path[len(prefix) :] if path.startswith(prefix) else os.path.relpath(path, root)
    return rest.replace(os.sep, "/") if os.sep != "/" else rest


def ignore_filter(root: Path) -> Callable[[str], bool] | None:
    """What .dbtignore hides, as a test on project-relative paths; None where there is no such file.

    The patterns are those of .gitignore, as in dbt Core, which uses the same library.
    """
    try:
        lines = read_bytes(str(root / ".dbtignore")).decode("utf-8-sig", "replace").splitlines()
    except OSError:
        return None
    import pathspec

    try:
        spec = pathspec.GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return None
    return spec.match_file
