"""Reads files into facts: each a pure function of its path and bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from stateaware.facts.files import ResourceFile
from stateaware.project.files import FileTooBigError
from stateaware.project.packages import PackageSource
from stateaware.syntax.sql import SqlFacts, scan_sql
from stateaware.syntax.tree import Mapping
from stateaware.syntax.yaml import YamlDocument, parse_yaml
from stateaware.text.source import decode

YAML_NEEDLES: Final = (
    b"fresh",
    b"Fresh",
    b"loaded",
    b"build_",
    b"_after",
    b"updates_on",
    b"updated_on",
    b"period",
    b"lag_",
    b"state:",
    b"pre_clone",
    b"sources",
    b"versions",
    b"overrides",
)
"""A properties file without any of these words is not parsed by ``check``: no default rule needs it."""


@dataclass(frozen=True, slots=True)
class PropertiesFacts:
    """A properties file. ``skipped``: it holds none of the needles and was not parsed.

    ``unreadable`` is empty, or why the bytes could not be had or decoded (``encoding`` tells which).
    """

    package: PackageSource
    file: ResourceFile
    document: YamlDocument
    skipped: bool = False
    unreadable: str = ""
    encoding: bool = False

    @property
    def tree(self) -> Mapping | None:
        """The document's root where it is a mapping."""
        return self.document.root if isinstance(self.document.root, Mapping) else None


_NO_DOCUMENT: Final = YamlDocument(None)


def load_properties(
    package: PackageSource, file: ResourceFile, read: Callable[[str], bytes], *, everything: bool
) -> PropertiesFacts:
    """Read and parse one properties file."""
    try:
        data = read(file.absolute)
    except OSError as error:
        return PropertiesFacts(package, file, _NO_DOCUMENT, unreadable=_reason(error))
    if not everything and not any(needle in data for needle in YAML_NEEDLES):
        return PropertiesFacts(package, file, _NO_DOCUMENT, skipped=True)
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        return PropertiesFacts(
            package, file, _NO_DOCUMENT, unreadable=f"not UTF-8 (byte {error.start})", encoding=True
        )
    return PropertiesFacts(package, file, parse_yaml(text))


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A model's SQL or Python file. ``unreadable`` is empty, or why the bytes could not be had."""

    file: ResourceFile
    facts: SqlFacts
    unreadable: str = ""


def load_code(file: ResourceFile, read: Callable[[str], bytes]) -> CodeFacts:
    """Read and scan one model file."""
    try:
        data = read(file.absolute)
    except OSError as error:
        return CodeFacts(file, SqlFacts(), _reason(error))
    if file.suffix != "py":
        return CodeFacts(file, scan_sql(data, file.file))
    from stateaware.syntax.sql import scan_python

    return CodeFacts(file, scan_python(data, file.file))


def _reason(error: OSError) -> str:
    if isinstance(error, FileTooBigError):
        return "too big to be read"
    return (error.strerror or str(error)).lower()
