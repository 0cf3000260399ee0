"""The state of what a result depends on, in a form that is cheap to take again and to compare."""

from __future__ import annotations

import os

try:
    from _blake2 import blake2b
except ImportError:  # an interpreter that has it elsewhere
    from hashlib import blake2b

DIGEST_BYTES = 20

SETTLED_AFTER = 2_000_000_000
"""Nanoseconds: what was changed later than this before a run began may change again without a trace.

File systems keep times in steps of up to two seconds.
"""


def signature(path: str) -> tuple[int, int, int, int] | None:
    """What changes whenever a file or the list of a folder's files does; None where there is nothing.

    The time at which the inode changed cannot be set back, so that an edit shows that keeps size and
    time of a file.
    """
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def changed_at(found: tuple[int, int, int, int]) -> int:
    """When something changed, in nanoseconds. On Windows the second time is that of creation."""
    return found[1] if os.name == "posix" else found[0]


def kind(path: str) -> int:
    """Whether there is a file, a folder or something else at a path; 0 for nothing."""
    try:
        return os.stat(path).st_mode >> 12
    except (OSError, ValueError):
        return 0


def digest(data: bytes) -> bytes:
    """A digest of bytes."""
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def digest_of(*parts: str) -> bytes:
    """A digest of texts, different for different lists of them."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return digest(b"".join(b"%d:%b" % (len(part), part) for part in encoded))


def digest_of_variables(names: tuple[str, ...]) -> bytes:
    """A digest of the values of environment variables; the values themselves are kept nowhere."""
    environ = os.environ
    return digest_of(*(f"{name}={environ[name]}" if name in environ else f"{name} " for name in names))
