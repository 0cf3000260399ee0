"""From the paths on the command line to projects, and to the files and items meant inside them."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from stateaware.check.globs import is_glob
from stateaware.check.selection import ItemPattern
from stateaware.check.settings_file import find_settings
from stateaware.errors import ProjectNotFound, SelectionError, UsageError
from stateaware.project.project_file import PROJECT_FILE
from stateaware.project.search import is_project, project_above, projects_below
from stateaware.records import dataclass

_MOST_LISTED: Final = 10
_REMEDY: Final = "Run it in a dbt project, or name one: stateaware check path/to/project"


@dataclass(frozen=True, slots=True)
class Place:
    """A project, and the part of it that is meant; no patterns mean all of it."""

    root: Path
    patterns: tuple[ItemPattern, ...] = ()


def find_places(paths: Sequence[str], project_dir: str | None = None) -> list[Place]:
    """The projects that a command is about.

    Each path is a folder, a file or ``FILE::NODE::CODE``; a folder without a dbt_project.yml in or
    above it stands for all projects below. Without paths: ``project_dir``, else the projects that the
    settings list, else the nearest project upwards, else all below.

    Raises:
        ProjectNotFound: there is no project.
        UsageError: a path does not exist.
    """
    if not paths:
        return [Place(root) for root in _default_projects(project_dir)]
    parts: dict[Path, list[ItemPattern] | None] = {}
    for written in paths:
        for root, pattern in _place(written, project_dir):
            known = parts.setdefault(root, [])
            if pattern is None:
                parts[root] = None
            elif known is not None:
                known.append(pattern)
    return [Place(root, tuple(patterns or ())) for root, patterns in parts.items()]


def one_project(project_dir: str | None) -> Path:
    """The project of a command that takes one.

    Raises:
        ProjectNotFound: there is none.
        UsageError: there are several.
    """
    return only_one(list(node_places([], project_dir)))


def only_one(roots: Sequence[Path]) -> Path:
    """The one of several projects.

    Raises:
        UsageError: there are more.
    """
    if len(roots) == 1:
        return roots[0]
    folders = [os.path.relpath(root) for root in roots]
    more = len(folders) - _MOST_LISTED
    listed = ", ".join(folders[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
    raise UsageError(
        f"there are {len(roots)} dbt projects here: {listed}", f"Name one: --project-dir {folders[0]}"
    )


def node_places(wanted: Sequence[str], project_dir: str | None) -> dict[Path, tuple[str, ...]]:
    """The projects that a command about nodes is for, and the names and paths that count in each.

    A folder that is a project or holds some, or a path into another project than that of the working
    directory, says which projects are meant; no names mean all nodes.

    Raises:
        ProjectNotFound: there is no project.
    """
    here = project_above(Path.cwd())
    names: list[str] = []
    roots: dict[Path, list[str]] = {}
    for text in wanted:
        path = Path(os.path.abspath(text))  # noqa: PTH100 - pathlib keeps `..`
        # unlike pathlib this takes any text, however long
        known = os.path.exists(path)  # noqa: PTH110
        above = project_above(path if path.is_dir() else path.parent) if known else None
        if project_dir is not None:
            names.append(text)
        elif above is not None and (above == path or above != here):
            inside = roots.setdefault(above, [])
            inside += [text] if above != path else []
        elif known and above is None and path.is_dir() and (below := list(projects_below(path))):
            roots.update({root: [] for root in below})
        else:
            names.append(text)
    if roots:
        return {root: (*names, *inside) for root, inside in roots.items()}
    try:
        return {place.root: tuple(names) for place in find_places([], project_dir)}
    except ProjectNotFound as error:
        remedy = "Run it in a dbt project, or name one: --project-dir path/to/project"
        raise ProjectNotFound(error.message, remedy if error.remedy else "") from None


def _default_projects(project_dir: str | None) -> list[Path]:
    if project_dir is not None:
        folder = Path(project_dir).absolute()
        if not folder.is_dir():
            raise UsageError(f"no folder {project_dir}")
        found = _projects_in(folder)
        if not found:
            raise ProjectNotFound(f"no {PROJECT_FILE} in {project_dir} or above it", _REMEDY)
        return found
    here = Path.cwd()
    listed = _listed_projects(here)
    if listed:
        return listed
    found = _projects_in(here)
    if not found:
        raise ProjectNotFound(f"no {PROJECT_FILE} in this folder or above it", _REMEDY)
    return found


def _listed_projects(here: Path) -> list[Path]:
    """The settings' ``projects``, where the settings file lies in this very folder."""
    settings = find_settings(here)
    if settings.source is None or settings.source.parent != here.resolve():
        return []
    roots: dict[Path, None] = {}
    for pattern in settings.values.get("projects", ()):
        found = glob.glob(str(here / pattern), recursive=True)  # noqa: PTH207 - the pattern may be absolute
        matched = [Path(path) for path in sorted(found) if is_project(Path(path))]
        if not matched:
            raise ProjectNotFound(
                f"{settings.source.name}: `projects` names {pattern}, which holds no {PROJECT_FILE}"
            )
        roots.update(dict.fromkeys(matched))
    return list(roots)


def _projects_in(folder: Path) -> list[Path]:
    above = project_above(folder)
    return [above] if above else list(projects_below(folder))


def _place(written: str, project_dir: str | None) -> Iterator[tuple[Path, ItemPattern | None]]:
    text, sign, rest = written.partition("::")
    path = _existing(text, project_dir)
    if path is None:
        if not is_glob(text):
            raise SelectionError(f"no file or folder {text}")
        base = Path(project_dir).absolute() if project_dir else Path.cwd()
        root = project_above(base)
        if root is None:
            raise ProjectNotFound(f"no {PROJECT_FILE} in this folder or above it", _REMEDY)
        prefix = "" if base == root else base.relative_to(root).as_posix() + "/"
        yield root, ItemPattern.parse(prefix + Path(text).as_posix(), rest, written)
        return
    root = project_above(path if path.is_dir() else path.parent)
    if root is None:
        below = list(projects_below(path)) if path.is_dir() else []
        if not below:
            raise ProjectNotFound(f"no {PROJECT_FILE} in {text} or above it", _REMEDY)
        for each in below:
            yield each, ItemPattern.parse("", rest, written) if sign else None
        return
    inside = "" if path == root else path.relative_to(root).as_posix()
    yield root, ItemPattern.parse(inside, rest, written) if inside or sign else None


def _existing(text: str, project_dir: str | None) -> Path | None:
    """The path as seen from here, else from the project (as items are printed)."""
    bases = [Path.cwd()]
    if project_dir:
        bases.append(Path(project_dir).absolute())
    above = project_above(bases[-1])
    if above is not None:
        bases.append(above)
    for base in bases:
        path = Path(os.path.normpath(base / text))
        if path.exists():
            return path
    return None
