"""The user's cache folder, and writing files so that nobody ever sees half of one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from stateaware.cache import place


def cache_home() -> Path:
    """Where this user's caches live: ``STATEAWARE_CACHE_DIR``, else the system's place for them."""
    return Path(place.cache_home())


def private_folder(*names: str) -> Path | None:
    """A folder below the cache folder that only this user can enter, made when it is missing.

    None where there can be none: nothing may be written, somebody else owns it, or it is a link.
    """
    folder = place.private_folder(*names)
    return None if folder is None else Path(folder)


def project_folder(project: Path) -> Path | None:
    """The private folder of one project's caches, by its real path; None where there can be none."""
    from hashlib import sha256

    digest = sha256(os.fsencode(os.path.realpath(project))).hexdigest()[:20]
    return private_folder("projects", digest)


def write_atomically(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file by renaming a finished one into its place; a symlink is followed.

    ``mode`` None keeps the permissions of the file that is replaced.

    Raises:
        OSError: it cannot be written; then the old file is untouched.
    """
    from tempfile import mkstemp

    target = Path(os.path.realpath(path))
    if mode is None:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, name = mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
