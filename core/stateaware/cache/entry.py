"""A stored result: what was printed, and the state of everything that it depends on."""

from __future__ import annotations

import marshal
import os
import stat

from stateaware.cache.place import is_private
from stateaware.cache.state import DIGEST_BYTES, digest, digest_of_variables, kind, signature

MAGIC = b"stateaware result 1\n"
MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no entry of ours: 50,000 models need a tenth of it."""

TYPES = (str, list, str, bytes, tuple, bytes, str, str, str, int)


class Entry:
    """One stored result.

    ``paths`` are files and folders that were read, with their ``signatures``; ``looked_for`` paths of
    which only matters what kind of thing is there, with their ``kinds``; ``variables`` the environment
    variables that were read, with the ``digest`` of their values. ``before`` and ``after`` are what was
    printed on both sides of the seconds that the run took (``after`` alone where it does not tell
    them), ``errors`` what went to standard error, ``code`` the exit code.
    """

    __slots__ = (
        "after",
        "before",
        "code",
        "digest",
        "errors",
        "kinds",
        "looked_for",
        "paths",
        "signatures",
        "variables",
    )

    def __init__(
        self,
        paths: list[str],
        signatures: list[tuple[int, int, int, int] | None],
        looked_for: list[str],
        kinds: bytes,
        variables: tuple[str, ...],
        digest: bytes,
        before: str,
        after: str,
        errors: str,
        code: int,
    ) -> None:
        self.paths = paths
        self.signatures = signatures
        self.looked_for = looked_for
        self.kinds = kinds
        self.variables = variables
        self.digest = digest
        self.before = before
        self.after = after
        self.errors = errors
        self.code = code

    def holds(self) -> bool:
        """Whether nothing that the result depends on has changed."""
        if digest_of_variables(self.variables) != self.digest:
            return False
        if bytes(map(kind, self.looked_for)) != self.kinds:
            return False
        return all(signature(path) == known for path, known in zip(self.paths, self.signatures, strict=True))


def encode(entry: Entry) -> bytes:
    """The bytes of an entry, with a digest in front."""
    payload = marshal.dumps(
        (
            "\0".join(entry.paths),
            entry.signatures,
            "\0".join(entry.looked_for),
            entry.kinds,
            entry.variables,
            entry.digest,
            entry.before,
            entry.after,
            entry.errors,
            entry.code,
        )
    )
    return MAGIC + digest(payload) + payload


def decode(data: bytes) -> Entry | None:
    """The entry that bytes hold; None where they are damaged or something else."""
    start = len(MAGIC) + DIGEST_BYTES
    payload = data[start:]
    if data[:start] != MAGIC + digest(payload):
        return None
    try:
        parts = marshal.loads(payload)  # noqa: S302 - the digest tells that we wrote it, in a private folder
    except (EOFError, ValueError, TypeError):
        return None
    if not isinstance(parts, tuple) or tuple(map(type, parts)) != TYPES:
        return None
    paths, looked_for = (text.split("\0") if text else [] for text in (parts[0], parts[2]))
    if len(paths) != len(parts[1]) or len(looked_for) != len(parts[3]):
        return None
    return Entry(paths, parts[1], looked_for, *parts[3:])


def read_entry(path: str) -> Entry | None:
    """A stored entry; None where there is none, it is damaged, or somebody else may have written it."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or not is_private(status) or status.st_size > MAX_BYTES:
            return None
        data = b""
        while len(data) < status.st_size:
            part = os.read(handle, status.st_size - len(data))
            if not part:
                return None
            data += part
    except OSError:
        return None
    finally:
        os.close(handle)
    return decode(data)
