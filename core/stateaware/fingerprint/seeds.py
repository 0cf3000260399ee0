"""The version of a seed: a hash of its file, whatever an artifact says of it.

Artifacts have a hash of their own for files up to 1 MiB, and the path for larger ones. dbt Core 1.11 hashes
the text without whitespace around it, dbt v2 also without carriage returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

_PART: Final = 1 << 20
_HASHED_BY_DBT: Final = 1 << 20


def seed_version(path: Path) -> str:
    """The hash of a seed's content, without whitespace around it and with plain ends of lines.

    Raises:
        OSError: the file cannot be read.
    """
    found = sha256()
    begun = False
    held: list[bytes] = []  # whitespace that may end the file
    with path.open("rb") as file:
        while part := file.read(_PART):
            body = part.rstrip()
            if body:
                joined = b"".join((*held, body))
                found.update((joined if begun else joined.lstrip()).replace(b"\r\n", b"\n"))
                begun, held = True, []
            held.append(part[len(body) :])
    return f"sha256:{found.hexdigest()}"


def recorded_version(checksum: Mapping[str, object], path: Path) -> str | None:
    """The version of a seed that an artifact has a checksum of, to compare with that of its file now.

    None where the artifact has no hash of the content, or there is no file to compare it with.
    """
    value = checksum.get("checksum")
    if checksum.get("name") != "sha256" or not isinstance(value, str):
        return None
    try:
        return seed_version(path) if value in _checksums(path) else f"dbt:{value}"
    except OSError:
        return None


def _checksums(path: Path) -> set[str]:
    """What versions of dbt may write for a file. A larger one has changed since they wrote a hash."""
    with path.open("rb") as file:
        data = file.read(_HASHED_BY_DBT + 1)
    if len(data) > _HASHED_BY_DBT:
        return set()
    text = data.decode("utf-8", "surrogateescape").strip().encode("utf-8", "surrogateescape")
    forms = (data, data.strip(), text, data.strip().replace(b"\r\n", b"\n"), text.replace(b"\r\n", b"\n"))
    return {sha256(form).hexdigest() for form in forms}
