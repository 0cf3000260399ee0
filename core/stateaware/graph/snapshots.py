"""Snapshots: blocks of SQL files, and items of properties files that name what they are of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.records import dataclass
from stateaware.syntax.sql import scan_sql
from stateaware.syntax.tree import Scalar
from stateaware.text.source import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stateaware.facts.files import PackageFiles, ResourceFile
    from stateaware.graph.nodes import PropertiesEntry
    from stateaware.project.packages import PackageSource
    from stateaware.syntax.sql import SqlFacts

_MARK: Final = re.compile(
    r"(?P<comment>\{#)|(?P<raw>\{%[-+]?\s*raw\s*[-+]?%\})"
    r"|\{%[-+]?\s*snapshot\s+(?P<name>\w+)\s*[-+]?%\}|(?P<end>\{%[-+]?\s*endsnapshot\s*[-+]?%\})"
)
_COMMENT_END: Final = re.compile(r"#\}")
_RAW_END: Final = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")


@dataclass(frozen=True, slots=True)
class SnapshotNode:
    """A snapshot. ``code`` is the text of its block, or what it is of as an expression in braces.

    ``fqn`` is dbt's own: the block's name comes after that of its file, an item's after its folders.
    """

    unique_id: str
    name: str
    package: PackageSource
    file: ResourceFile
    fqn: tuple[str, ...]
    code: str
    entry: PropertiesEntry | None = None

    @property
    def facts(self) -> SqlFacts:
        """What its code says; scanned anew each time."""
        return scan_sql(self.code)


def list_snapshots(
    packages: Iterable[PackageSource],
    files: Mapping[str, PackageFiles],
    entries: Iterable[PropertiesEntry],
    read: Callable[[str], bytes],
) -> Iterator[SnapshotNode]:
    """The snapshots of all packages, blocks first. Files that cannot be read are left out.

    Of two with the same unique_id dbt takes neither; both are told here.
    """
    for package in packages:
        for file in files[package.name].snapshots:
            try:
                text = decode(read(file.absolute))
            except (OSError, UnicodeDecodeError):
                continue
            for name, code in snapshot_blocks(text):
                fqn = (package.name, *file.folders, file.stem, name)
                yield SnapshotNode(f"snapshot.{package.name}.{name}", name, package, file, fqn, code)
    for entry in entries:
        relation = entry.node.value("relation") if entry.section == "snapshots" else None
        if isinstance(relation, Scalar):
            name, package, text = entry.name, entry.package, relation.text
            code = text if "{{" in text else "{{ " + text + " }}"
            fqn = (package.name, *entry.file.folders, name)
            unique_id = f"snapshot.{package.name}.{name}"
            yield SnapshotNode(unique_id, name, package, entry.file, fqn, code, entry)


def snapshot_blocks(text: str) -> Iterator[tuple[str, str]]:
    """The ``{% snapshot %}`` blocks of a file: names and texts; none that stands in a Jinja comment."""
    if "endsnapshot" not in text:
        return
    name, begin, at = "", 0, 0
    while mark := _MARK.search(text, at):
        at = mark.end()
        if mark["comment"] or mark["raw"]:
            end = (_COMMENT_END if mark["comment"] else _RAW_END).search(text, at)
            if end is None:
                return
            at = end.end()
        elif mark["end"]:
            if name:
                yield name, text[begin : mark.start()]
            name = ""
        elif not name:
            name, begin = mark["name"], at
