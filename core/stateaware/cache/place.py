"""Where this user's caches live, and folders in it that nobody else can enter."""

from __future__ import annotations

import os
import stat
import sys


def cache_home() -> str:
    """The cache folder: ``STATEAWARE_CACHE_DIR``, else the system's place for such things."""
    environ = os.environ
    named = environ.get("STATEAWARE_CACHE_DIR")
    if named:
        return os.path.abspath(os.path.expanduser(named))
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
        return os.path.join(local, "stateaware", "cache")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/stateaware")
    return os.path.join(environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "stateaware")


def private_folder(*names: str) -> str | None:
    """A folder below the cache folder that only this user can enter, made when it is missing.

    None where there can be none: nothing may be written, somebody else owns it, or it is a link.
    """
    folder = cache_home()
    try:
        if not os.path.isabs(folder):  # no home folder is known
            return None
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        if not _make_private(folder):
            return None
        for name in names:
            folder = os.path.join(folder, name)
            if not _make_private(folder):
                return None
    except (OSError, ValueError):
        return None
    return folder


def is_private(status: os.stat_result) -> bool:
    """Whether a file or folder belongs to this user and nobody else may change it."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not stat.S_IMODE(status.st_mode) & 0o022


def _make_private(folder: str) -> bool:
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        status = os.lstat(folder)
        if not stat.S_ISDIR(status.st_mode):
            return False
        if hasattr(os, "getuid"):
            if status.st_uid != os.getuid():
                return False
            if stat.S_IMODE(status.st_mode) & 0o077:
                os.chmod(folder, 0o700)
    return True
