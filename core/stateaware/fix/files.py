"""The files that fixes change: which may be changed, and writing them without losing anything."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from stateaware.errors import FixError
from stateaware.project.files import read_bytes
from stateaware.project.storage import write_atomically
from stateaware.records import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One file before and after; ``path`` is absolute, ``file`` relative to the project."""

    file: str
    path: Path
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Territory:
    """Where fixes may write: below ``inside``, symlinks resolved, but in none of ``outside``."""

    inside: Path
    outside: tuple[Path, ...] = ()

    def allows(self, path: Path) -> bool:
        """Whether a file may be changed."""
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(os.path.realpath(self.inside)):
            return False
        return not any(real.is_relative_to(os.path.realpath(folder)) for folder in self.outside)


def write_changes(changes: Sequence[Change]) -> None:
    """Write all changes, or none.

    Raises:
        FixError: a file is no longer what was analysed, or cannot be written.
    """
    for change in changes:
        if _read(change.path) != change.before:
            raise FixError(
                f"{change.file} changed while its fixes were being worked out, so nothing was written",
                "Run the command again.",
            )
    for number, change in enumerate(changes):
        reason = _write(change.path, change.after)
        if reason:
            _restore(changes[:number])
            raise FixError(f"cannot write {change.file}: {reason}; nothing was changed")


def _read(path: Path) -> bytes | None:
    try:
        return read_bytes(str(path))
    except OSError:
        return None


def _write(path: Path, data: bytes) -> str:
    """Why a file could not be written, or an empty string."""
    try:
        write_atomically(path, data)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""


def _restore(changes: Iterable[Change]) -> None:
    for change in changes:
        reason = _write(change.path, change.before)
        if reason:
            raise FixError(f"{change.file} was changed and cannot be changed back: {reason}")
