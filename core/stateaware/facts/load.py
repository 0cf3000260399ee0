"""Reads files into facts: each a pure function of its path and bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from stateaware.facts.files import ResourceFile
from stateaware.project.files import FileTooBigError
from stateaware.project.packages import PackageSource
from stateaware.records import dataclass
from stateaware.syntax.ignores import MARKER
from stateaware.syntax.slices import parse_slices
from stateaware.syntax.sql import SqlFacts, scan_sql
from stateaware.syntax.tree import Mapping
from stateaware.syntax.yaml import YamlDocument, parse_yaml
from stateaware.text.source import decode

YAML_NEEDLES: Final = (
    b"freshn",
    b"Freshn",
    b"fresness",
    b"loaded_at_",
    b"build_a",
    b"warn_a",
    b"error_a",
    b"updates_on",
    b"updated_on",
    b"period",
    b"lag_",
    b"state",
    b"pre_clone",
    b"sources",
    b"versions",
    b"overrides",
    b"enabled",
    b"\\",
    b"\0",
)
"""A properties file without any of these words is not parsed by ``check``: no default rule needs it.

The last two are the escape, which may spell any of the others, and what an encoding other than UTF-8
puts between the letters of a word.
"""


@dataclass(frozen=True, slots=True)
class PropertiesFacts:
    """A properties file. ``skipped``: it holds none of the needles and was not parsed.

    ``unreadable`` is empty, or why the bytes could not be had or decoded (``encoding`` tells which).
    ``marked``: the marker of ignore comments occurs in it.
    """

    package: PackageSource
    file: ResourceFile
    document: YamlDocument
    skipped: bool = False
    unreadable: str = ""
    encoding: bool = False
    marked: bool = False

    @property
    def tree(self) -> Mapping | None:
        """The document's root where it is a mapping."""
        return self.document.root if isinstance(self.document.root, Mapping) else None


ITEM_NEEDLES: Final = tuple(
    needle.decode() for needle in YAML_NEEDLES if needle not in (b"sources", b"overrides", b"\0")
)
"""Those that may stand in an item of ``SLICED``."""

SLICED: Final = frozenset(
    {
        "models",
        "seeds",
        "snapshots",
        "analyses",
        "exposures",
        "unit_tests",
        "data_tests",
        "metrics",
        "semantic_models",
        "saved_queries",
        "macros",
    }
)
"""Lists of which only the items with a needle are parsed. Sources are always read whole."""

_NO_DOCUMENT: Final = YamlDocument(None)
_MARKER: Final = MARKER.encode()


def load_properties(
    package: PackageSource, file: ResourceFile, read: Callable[[str], bytes], *, everything: bool
) -> PropertiesFacts:
    """Read and parse one properties file."""
    try:
        data = read(file.absolute)
    except OSError as error:
        return PropertiesFacts(package, file, _NO_DOCUMENT, unreadable=_reason(error))
    marked = _MARKER in data
    if not everything and not _holds_any(data, YAML_NEEDLES):
        return PropertiesFacts(package, file, _NO_DOCUMENT, skipped=True, marked=marked)
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        return PropertiesFacts(
            package, file, _NO_DOCUMENT, unreadable=f"not UTF-8 (byte {error.start})", encoding=True
        )
    document = None if everything else parse_slices(text, ITEM_NEEDLES, SLICED)
    return PropertiesFacts(package, file, document or parse_yaml(text), marked=marked)


CODE_NEEDLES: Final[dict[bytes, tuple[bytes, ...]]] = {
    b"fres": (b"freshn", b"fresness"),
    b"Freshn": (b"Freshn",),
    b"build_a": (b"build_a",),
    b"updates_on": (b"updates_on",),
    b"lag_tol": (b"lag_tol",),
    b"state": (b"state=", b"state =", b"'state'", b'"state"'),
    b"**": (b"**",),
    b"\0": (b"\0",),
}
"""A model file without any of these, which calls no macro that configures, sets nothing of ours.

They are looked for by what they have in common.
"""


class CodeFacts:
    """A model's SQL or Python file. ``unreadable`` is empty, or why the bytes could not be had.

    A file without any needle is ``quiet``: it is scanned only when something asks for ``facts``, say
    for its refs. ``scanned`` are the facts where they are there already, else None. ``marked``: the
    marker of ignore comments occurs in it. ``speaks``: a needle occurs in it, so that it may set
    something of ours.
    """

    __slots__ = ("_read", "file", "marked", "quiet", "scanned", "speaks", "unreadable")

    def __init__(
        self,
        file: ResourceFile,
        read: Callable[[str], bytes],
        facts: SqlFacts | None,
        unreadable: str = "",
        marked: bool = False,
        speaks: bool = True,
    ) -> None:
        self.file = file
        self.quiet = facts is None
        self.scanned = facts
        self.unreadable = unreadable
        self.marked = marked
        self.speaks = speaks
        self._read = read

    @property
    def facts(self) -> SqlFacts:
        """What the file says; empty where it has become unreadable in the meantime."""
        if self.scanned is None:
            try:
                self.scanned = _scan(self._read(self.file.absolute), self.file)
            except OSError as error:
                self.scanned, self.unreadable = SqlFacts(), _reason(error)
        return self.scanned


def load_code(
    file: ResourceFile, read: Callable[[str], bytes], *, everything: bool, words: tuple[bytes, ...] = ()
) -> CodeFacts:
    """Read one model file. ``words`` are further needles: the names of macros that configure."""
    try:
        data = read(file.absolute)
    except OSError as error:
        return CodeFacts(file, read, SqlFacts(), _reason(error))
    marked = _MARKER in data
    speaks = _speaks(data) or _holds_any(data, words)
    facts = _scan(data, file) if speaks or everything else None
    return CodeFacts(file, read, facts, marked=marked, speaks=speaks)


_CALL: Final = re.compile(rb"config\(([^(){}*]*)\)\s*-?\}\}")
_STEM: Final = re.compile(b"|".join(map(re.escape, CODE_NEEDLES)))
_POSITIONAL: Final = re.compile(rb"(?:^|,)\s*\w+\s*(?:,|\Z)")


def _speaks(data: bytes) -> bool:
    """Whether a needle stands where it can matter.

    That is anywhere in a file with the word ``config``; where there is just one call with keywords and
    plain values, as in most models, it is between its brackets.
    """
    at = data.find(b"config")
    if at < 0 and b"\0" not in data:
        return False
    if data.find(b"config", at + 1) < 0:
        call = _CALL.match(data, at)
        if call is not None and not _POSITIONAL.search(call[1]):
            data = call[1]
            if not _STEM.search(data):  # in so short a text quicker than one look for each
                return False
    return any(stem in data and _holds_any(data, needles) for stem, needles in CODE_NEEDLES.items())


def _holds_any(data: bytes, needles: tuple[bytes, ...]) -> bool:
    for needle in needles:  # noqa: SIM110 - any() with a generator takes twice as long, for every file
        if needle in data:
            return True
    return False


def _scan(data: bytes, file: ResourceFile) -> SqlFacts:
    if file.suffix != "py":
        return scan_sql(data, file.file)
    from stateaware.syntax.sql.python import scan_python

    return scan_python(data, file.file)


def _reason(error: OSError) -> str:
    if isinstance(error, FileTooBigError):
        return "too big to be read"
    return (error.strerror or str(error)).lower()
