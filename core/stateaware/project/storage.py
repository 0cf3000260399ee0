"""The user's cache folder, and writing files so that nobody ever sees half of one."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path


def cache_home() -> Path:
    """Where this user's caches live: ``STATEAWARE_CACHE_DIR``, else the system's place for them."""
    named = os.environ.get("STATEAWARE_CACHE_DIR")
    if named:
        return Path(named).expanduser()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "stateaware" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "stateaware"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stateaware"


def private_folder(*names: str) -> Path | None:
    """A folder below the cache folder that only this user can enter, made when it is missing.

    None where there can be none: nothing may be written, or somebody else owns it.
    """
    try:
        home = cache_home()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = home.joinpath(*names)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if hasattr(os, "getuid"):
            for place in (home, folder):
                status = place.stat()
                if status.st_uid != os.getuid():
                    return None
                if stat.S_IMODE(status.st_mode) & 0o077:
                    place.chmod(0o700)
    except (OSError, RuntimeError):  # RuntimeError: no home folder is known
        return None
    return folder


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
