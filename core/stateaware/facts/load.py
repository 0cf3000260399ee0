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
from stateaware.syntax.recovery import recover_yaml
from stateaware.syntax.slices import parse_slices
from stateaware.syntax.sql import SqlFacts, scan_sql
from stateaware.syntax.tree import Mapping
from stateaware.syntax.yaml import YamlDocument, parse_yaml
from stateaware.text.source import decode

YAML_NEEDLES: Final = (
    b"fresh",
    b"Fresh",
    b"FRESH",
    b"ness",
    b"fresn",
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
    b"volatile",
    b"hooks_on",
    b"unrendered",
    b"sources",
    b"versions",
    b"overrides",
    b"enabled",
    b"relation:",
    b"\\",
    b"\0",
)
"""What a properties file that ``check`` parses has in it: without any of these no default rule needs it.

The first five leave no single slip in ``freshness`` unseen. The last two are the escape, which may
spell any of the others, and what an encoding other than UTF-8 puts between the letters of a word.
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

_OTHER_KEY: Final = re.compile(rf"\n(?![\s#-]|\Z|(?:version|{'|'.join(sorted(SLICED))})[ ]*:)".encode())

_NO_DOCUMENT: Final = YamlDocument(None)
_MARKER: Final = MARKER.encode()


def load_properties(
    package: PackageSource,
    file: ResourceFile,
    read: Callable[[str], bytes],
    *,
    everything: bool,
    recover: bool = False,
) -> PropertiesFacts:
    """Read and parse one properties file; ``recover``: what can be read of one that is not YAML."""
    try:
        data = read(file.absolute)
    except OSError as error:
        return PropertiesFacts(package, file, _NO_DOCUMENT, unreadable=_reason(error))
    marked = _MARKER in data
    if not everything and not _matters(data):
        return PropertiesFacts(package, file, _NO_DOCUMENT, skipped=True, marked=marked)
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        return PropertiesFacts(
            package, file, _NO_DOCUMENT, unreadable=f"not UTF-8 (byte {error.start})", encoding=True
        )
    document = None if everything else parse_slices(text, ITEM_NEEDLES, SLICED)
    document = document or parse_yaml(text)
    if recover and document.problem is not None:
        document = recover_yaml(text, document)
    return PropertiesFacts(package, file, document, marked=marked)


def _matters(data: bytes) -> bool:
    """Whether a properties file has a needle, or a top-level key that may be a misspelt ``models``."""
    return _holds_any(data, YAML_NEEDLES) or _OTHER_KEY.search(b"\n" + data) is not None


CODE_NEEDLES: Final = (
    b"fresh",
    b"Fresh",
    b"FRESH",
    b"ness",
    b"fresn",
    b"build_a",
    b"updates_on",
    b"lag_",
    b"state",
    b"pre_clone",
    b"volatile",
    b"hooks_on",
    b"unrendered",
    b"**",
    b"\0",
)
"""A model file without any of these, which calls no macro that configures, sets nothing of ours."""


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
_NEEDLE: Final = re.compile(b"|".join(map(re.escape, CODE_NEEDLES)))
_NOT_IN_SQL: Final = tuple(needle for needle in CODE_NEEDLES if needle != b"state")
_STATE: Final = re.compile(rb"""state(?:\s*=|["'])""")
"""The one needle that is also a common name of a column."""
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
            return _NEEDLE.search(call[1]) is not None  # in so short a text quicker than one look for each
    return _holds_any(data, _NOT_IN_SQL) or (b"state" in data and _STATE.search(data) is not None)


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
