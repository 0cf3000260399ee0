"""Reads what can be read of a properties file that is not YAML, as between two keystrokes.

Such a file is a handful of top-level keys with lists of items. Each key, and where its list is broken
each item, is read on its own as far as its indentation tells where it ends; what is not YAML by itself
is left out whole, so that nothing is known of a model but all of it. Of a source its broken tables are
left out, if the rest of it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stateaware.records import dataclass, replace
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import DuplicateKey, YamlDocument, is_yaml, parse_yaml
from stateaware.text.span import Span

MAX_LENGTH: Final = 2_000_000
"""Characters of a text that is worth it; dbt's longest properties files are a tenth of that."""
MAX_PARTS: Final = 20_000
"""Parts that are read at most; what comes after them is left out."""

_KEY: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)[ ]*:(?=[ \r\n]|\Z)")
_BARE: Final = re.compile(r"[ ]*(?:#[^\n]*)?\r?\n?")
_DASH: Final = re.compile(r"([ ]*)-(?=[ \r\n]|\Z)")
_FIRST_KEY: Final = re.compile(r"[ ]*-[ ]+(?=[A-Za-z_])")
_CONTINUES: Final = tuple(" \t\r\n#-]}")
"""What a line begins with that goes on with the key above it; anything else ends it."""


def recover_yaml(text: str, broken: YamlDocument) -> YamlDocument:
    """A document with the problem of ``broken`` and, as its root, the parts of the text that are YAML.

    These are the top-level keys, and the items of lists below them, that are YAML by themselves. An
    item with an alias is left out, since what it stands for is elsewhere. Of a key that is written
    twice the last counts, as in dbt. The root is None where nothing can be read.
    """
    if broken.problem is None or broken.problem.kind == "limit" or len(text) > MAX_LENGTH:
        return broken
    if text.count("\r") != text.count("\r\n"):
        return broken
    return _Recovery(text).read(broken)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some lines of the text with their ends; ``line`` is the number of the first."""

    line: int
    lines: list[str]

    def part(self, start: int, stop: int | None = None) -> _Part:
        """Some of the lines."""
        return _Part(self.line + start, self.lines[start:stop])


class _Recovery:
    def __init__(self, text: str) -> None:
        self.whole = _Part(1, _lines(text))
        self.left = MAX_PARTS
        self.duplicates: list[DuplicateKey] = []
        self.tags: list[tuple[str, Span]] = []
        self.aliases: list[tuple[Span, Span]] = []

    def read(self, broken: YamlDocument) -> YamlDocument:
        found: dict[str, Entry] = {}
        for name, part in self.regions():
            entry = self.entry(name, part)
            found.pop(name, None)
            if entry is not None:
                found[name] = entry
        if not found:
            return broken
        return YamlDocument(
            _mapping(found.values()),
            broken.problem,
            tuple(self.duplicates),
            tuple(self.tags),
            tuple(self.aliases),
        )

    def regions(self) -> Iterator[tuple[str, _Part]]:
        """The top-level keys with all lines up to the next; lines that belong to none are left out."""
        name, start = "", 0
        for at, line in enumerate(self.whole.lines):
            if line.startswith(_CONTINUES) and not line.startswith("---"):
                continue
            if name:
                yield name, self.whole.part(start, at)
            key = _KEY.match(line)
            name, start = key[1] if key else "", at
        if name:
            yield name, self.whole.part(start)

    def entry(self, name: str, part: _Part) -> Entry | None:
        """A top-level key with its value, or with what can be read of its list."""
        if is_yaml("".join(part.lines)):  # a fifth of the time of finding out by reading
            whole = self.parse(part, ())
            if isinstance(whole, Mapping):
                return whole.entries[0] if len(whole.entries) == 1 else None
        return self.listed(name, part, 0, (name,))

    def listed(self, name: str, part: _Part, column: int, path: tuple[str, ...]) -> Entry | None:
        """A key at a column with the items of its list that can be read; None where none can."""
        items: list[Mapping] = []
        start = (0, 0)
        for piece in _items(part, column):
            place = (*path, f"[{len(items)}]")
            item = _only(self.parse(piece, place)) or (
                self.source(piece, place) if name == "sources" else None
            )
            if item is not None:
                start = start if items else (piece.line, piece.lines[0].index("-") + 1)
                items.append(item)
        if not items:
            return None
        key = Scalar(name, Span(part.line, column + 1, part.line, column + 1 + len(name)))
        return Entry(key, Sequence(tuple(items), Span(*start, *items[-1].span[2:])))

    def source(self, part: _Part, path: tuple[str, ...]) -> Mapping | None:
        """A source of which some tables are broken, and nothing else."""
        dash = _FIRST_KEY.match(part.lines[0])
        if dash is None:
            return None
        column = dash.end()
        start = next(
            (at for at, line in enumerate(part.lines) if line.startswith(" " * column + "tables:")), 0
        )
        if not start:
            return None
        stop = next((at for at in range(start + 1, len(part.lines)) if _ends(part.lines[at], column)), None)
        lines = [*part.lines[:start], *("\n" for _ in part.lines[start:stop])]
        lines += part.lines[stop:] if stop is not None else []
        rest = _only(self.parse(_Part(part.line, lines), path))
        tables = self.listed("tables", part.part(start, stop), column, (*path, "tables"))
        if rest is None or rest.get("tables") is not None:
            return None
        return rest if tables is None else _mapping((*rest.entries, tables))

    def parse(self, part: _Part, path: tuple[str, ...]) -> Node | None:
        """A part, read as it stands; None where it is not YAML.

        ``path`` stands for the list position with which the paths of repeated keys in it begin.
        """
        if self.left <= 0:
            return None
        self.left -= 1
        document = parse_yaml("".join(part.lines), first_line=part.line)
        if document.problem is not None:
            return None
        for found in document.duplicates:
            self.duplicates.append(replace(found, path=(*path, *found.path[1:]) if path else found.path))
        self.tags.extend(document.unknown_tags)
        self.aliases.extend(document.aliases)
        return document.root


def _lines(text: str) -> list[str]:
    """Lines with their ends; only line feeds end them, as in editors."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _items(part: _Part, column: int) -> Iterator[_Part]:
    """The items of the list below a key at a column, by the indentation of the first."""
    key = _KEY.match(part.lines[0], column)
    if key is None or not _BARE.fullmatch(part.lines[0], key.end()):
        return
    indent, start = -1, 0
    for at, line in enumerate(part.lines[1:], 1):
        dash = _DASH.match(line)
        if dash is None or (indent >= 0 and len(dash[1]) != indent):
            if indent < 0 and not _BARE.fullmatch(line):
                return
            continue
        if indent >= 0:
            yield part.part(start, at)
        indent, start = len(dash[1]), at
    if indent >= 0:
        yield part.part(start)


def _only(node: Node | None) -> Mapping | None:
    """The one item of a list, if it is a map."""
    if isinstance(node, Sequence) and len(node.items) == 1 and isinstance(node.items[0], Mapping):
        return node.items[0]
    return None


def _ends(line: str, column: int) -> bool:
    """Whether a line ends the value of a key at a column."""
    indent = len(line) - len(line.lstrip(" "))
    if _BARE.fullmatch(line) or line[indent : indent + 1] in ("]", "}"):
        return False
    return indent < column or (indent == column and line[indent] != "-")


def _mapping(entries: Iterable[Entry]) -> Mapping:
    """A map of entries in written order."""
    ordered = sorted(entries, key=_start)
    return Mapping(tuple(ordered), Span(*ordered[0].span[:2], *max(entry.span[2:] for entry in ordered)))


def _start(entry: Entry) -> tuple[int, int]:
    return entry.key.span[:2]
