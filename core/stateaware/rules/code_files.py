"""SQL files of snapshots, analyses and singular tests whose ``config()`` sets keys of ours."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.project.files import relative, walk
from stateaware.records import dataclass
from stateaware.rules.once import once_per_project
from stateaware.syntax.sql import scan_sql
from stateaware.syntax.tree import Entry

if TYPE_CHECKING:
    from stateaware.workspace import Project

KEYS: Final = ("freshness", "state", "loaded_at_field", "loaded_at_query")
_NEEDLES: Final = (b"freshness", b"state", b"loaded_at_")


@dataclass(frozen=True, slots=True)
class ConfiguredCode:
    """A file and the keys of ours that its ``config()`` calls set."""

    file: str
    name: str
    resource: str
    keys: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """How messages call it."""
        return f"{self.resource} `{self.name}`"


@once_per_project
def configured_code(project: Project) -> list[ConfiguredCode]:
    """The root project's snapshots, analyses and singular tests with keys of ours in their code."""
    files = project.package_files[project.name]
    return [
        *_read(project, ((file.absolute, file.file) for file in files.snapshots), "snapshot"),
        *_read(project, ((file.absolute, file.file) for file in files.analyses), "analysis"),
        *_read(project, _tests(project), "data test"),
    ]


def _tests(project: Project) -> Iterator[tuple[str, str]]:
    root = str(project.root)
    for path in project.project_file.paths("test-paths"):
        for folder, names in walk(os.path.normpath(os.path.join(root, path)), (".sql",)):  # noqa: PTH118
            for name in names:
                absolute = os.path.join(folder, name)  # noqa: PTH118
                yield absolute, relative(absolute, root)


def _read(project: Project, files: Iterable[tuple[str, str]], resource: str) -> Iterator[ConfiguredCode]:
    for absolute, file in files:
        try:
            data = project.inputs.read(absolute)
        except OSError:
            continue
        if b"config" not in data or not any(needle in data for needle in _NEEDLES):
            continue
        calls = scan_sql(data, file).configs
        keys = tuple(entry for call in calls for entry in call.arguments if entry.key.text in KEYS)
        if keys:
            name = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            yield ConfiguredCode(file, name, resource, keys)
