"""Which files of a project dbt reads, and reading them safely."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""Bigger files are not read: no model or properties file comes near, and one that does hangs editors."""

_CHUNK: Final = 65536
# reads above 64 KiB cross the allocator's mmap threshold and take three times as long


class FileTooBigError(OSError):
    """The file is larger than MAX_FILE_BYTES."""


def read_bytes(path: str) -> bytes:
    """The bytes of a regular file.

    Raises:
        OSError: it cannot be read, is no regular file (a pipe would block for ever) or is too big.
    """
    # O_NONBLOCK: opening a FIFO must not wait for a writer
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        fd = os.open(path, flags)
    except ValueError as error:  # a NUL in the path
        raise FileNotFoundError(str(error)) from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"not a regular file: {path}")
        if status.st_size > MAX_FILE_BYTES:
            raise FileTooBigError(f"larger than {MAX_FILE_BYTES // 2**20} MiB: {path}")
        first = os.read(fd, _CHUNK)
        if len(first) < _CHUNK:
            return first
        parts, total = [first], len(first)
        while part := os.read(fd, _CHUNK):
            parts.append(part)
            total += len(part)
            if total > MAX_FILE_BYTES:
                raise FileTooBigError(f"larger than {MAX_FILE_BYTES // 2**20} MiB: {path}")
        return b"".join(parts)
    finally:
        os.close(fd)


def walk(folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Paths of the files below a folder whose lower-cased name ends with one of the suffixes.

    Sorted; unreadable folders are passed over. The folder itself may be a link, but links to folders
    below it are not followed: neither engine does. Paths start with ``folder`` as given.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return
    folders = []
    for entry in entries:
        if entry.name.lower().endswith(suffixes) and _ask(entry.is_file):
            yield entry.path
        elif _ask(entry.is_dir) and not entry.is_symlink():
            folders.append(entry.path)
    for inner in folders:
        yield from walk(inner, suffixes)


def _ask(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except OSError:
        return False


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
