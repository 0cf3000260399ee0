"""SQL files of snapshots, analyses and singular tests whose ``config()`` sets keys of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.facts.files import ResourceFile
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
    """The root project's snapshots and analyses with keys of ours in their code."""
    files = project.package_files[project.name]
    return [*_read(project, files.snapshots, "snapshot"), *_read(project, files.analyses, "analysis")]


def _read(project: Project, files: list[ResourceFile], resource: str) -> Iterator[ConfiguredCode]:
    for file in files:
        try:
            data = project.inputs.read(file.absolute)
        except OSError:
            continue
        if b"config" not in data or not any(needle in data for needle in _NEEDLES):
            continue
        calls = scan_sql(data, file.file).configs
        keys = tuple(entry for call in calls for entry in call.arguments if entry.key.text in KEYS)
        if keys:
            yield ConfiguredCode(file.file, file.stem, resource, keys)
