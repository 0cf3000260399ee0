"""Where dbt projects lie: above a place, and below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stateaware.cache.watch import note_path
from stateaware.project.project_file import PROJECT_FILE

_PASSED_OVER: Final = frozenset(
    {"dbt_packages", "dbt_modules", "node_modules", "target", "site-packages", "__pycache__"}
)


def is_project(folder: Path) -> bool:
    """Whether a folder holds a dbt_project.yml."""
    note_path(str(folder / PROJECT_FILE))
    return os.path.isfile(folder / PROJECT_FILE)  # noqa: PTH113 - unlike pathlib it takes folders that may not be entered


def project_above(start: Path) -> Path | None:
    """The nearest project at a folder or above it."""
    return next((folder for folder in (start, *start.parents) if is_project(folder)), None)


def projects_below(folder: Path) -> Iterator[Path]:
    """Projects in the folders below, not looking into packages, environments, hidden folders or projects."""
    try:
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in found if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for name in names:
        child = folder / name
        if name.startswith(".") or name in _PASSED_OVER:
            continue
        note_path(str(child / "pyvenv.cfg"))
        if os.path.exists(child / "pyvenv.cfg"):  # noqa: PTH110 - the same
            continue
        if is_project(child):
            yield child
        else:
            yield from projects_below(child)
