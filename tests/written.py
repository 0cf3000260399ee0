"""Small projects on disk for tests."""

from __future__ import annotations

from pathlib import Path

from stateaware.config.profiles import PROFILES
from stateaware.inputs import LoadOptions
from stateaware.workspace import Project, load_project

PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n"


def write_files(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder; dbt_project.yml with the name ``shop`` where none is given."""
    for name, content in {"dbt_project.yml": PROJECT, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return root


def make_project(
    root: Path, files: dict[str, str | bytes], engine: str = "documented", **options: object
) -> Project:
    """Write files and load the project under an engine."""
    return load_project(
        write_files(root, files),
        LoadOptions(profile=PROFILES[engine], **options),  # type: ignore[arg-type]
    )
