"""Remembers which items failed, for ``--lf`` and ``--ff``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from stateaware.project.storage import project_folder, write_atomically

_FILE: Final = "lastfailed.json"
_VERSION: Final = 1


def read_failed(project: Path) -> frozenset[str]:
    """Ids of the items that failed when they last ran; empty when nothing is known."""
    folder = project_folder(project)
    if folder is None:
        return frozenset()
    try:
        data = json.loads((folder / _FILE).read_text("utf-8"))
        if data["version"] != _VERSION:
            return frozenset()
        return frozenset(item for item in data["items"] if isinstance(item, str))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return frozenset()


def write_failed(project: Path, failed: Iterable[str]) -> None:
    """Remember the failed items; where nothing can be stored, nothing is."""
    folder = project_folder(project)
    if folder is None:
        return
    data = {"version": _VERSION, "items": sorted(failed)}
    try:
        write_atomically(folder / _FILE, json.dumps(data).encode(), mode=0o600)
    except OSError:
        return
