"""Reads only those items of a properties file that matter: the rest costs a search, not a parse.

A properties file is a handful of top-level keys with lists of named items. Items without any of the
needles are represented by their name alone. Where the layout is anything but plain (anchors, tabs,
several documents, flow style at the top, quotes that span items) nothing is returned, and the
caller parses the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import DuplicateKey, YamlDocument, parse_yaml
from stateaware.text.span import Span

_TOP: Final = re.compile(r"^([A-Za-z_][A-Za-z0-9_-]*)[ ]*:(?=[ \n\r]|\Z)", re.MULTILINE)
_ODD_LINE: Final = re.compile(r"\n(?:\.\.\.|[^\sA-Za-z_#-]|-[^ \r\n])")
_ANCHOR: Final = re.compile(r"(?:^|[\s\[{,:-])[&*][A-Za-z0-9_]")
_OPEN_QUOTE: Final = re.compile(r"(?::|-)[ ]+'(?:[^'\n]|'')*$", re.MULTILINE)
_NAME: Final = re.compile(
    r"""[ ]*-[ ]+name:[ ]+(["']?)([A-Za-z_][A-Za-z0-9_.]*)\1[ ]*(?:#.*)?\r?$""", re.MULTILINE
)
_FIRST_ITEM: Final = re.compile(r"(?:[ ]*(?:#.*)?\r?\n)*([ ]*)- ")
_WORDS: Final = frozenset({"null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"})


def parse_slices(text: str, needles: re.Pattern[str], sections: frozenset[str]) -> YamlDocument | None:
    """A document whose lists in ``sections`` hold whole items where a needle occurs, else names.

    None where the text must be parsed whole. Spans are those of the text.
    """
    if any(mark in text for mark in ("\t", "<<", "\n---", "\x85", "\u2028", "\u2029")) or not text:
        return None
    if text.count("\r") != text.count("\r\n") or not (text[0].isalpha() or text[0] in "#_-\r\n"):
        return None
    if _ODD_LINE.search(text) or (("&" in text or "*" in text) and _ANCHOR.search(text)):
        return None
    return _Slicer(text, needles, sections).read()


class _Slicer:
    def __init__(self, text: str, needles: re.Pattern[str], sections: frozenset[str]) -> None:
        self.text = text
        self.sections = sections
        self.hits = [found.start() for found in needles.finditer(text)]
        self.at, self.at_line = 0, 1
        self.duplicates: list[DuplicateKey] = []
        self.tags: list[tuple[str, Span]] = []

    def read(self) -> YamlDocument | None:
        tops = list(_TOP.finditer(self.text))
        if not tops or len({top[1] for top in tops}) != len(tops):
            return None
        entries: list[Entry] = []
        for number, top in enumerate(tops):
            end = tops[number + 1].start() if number + 1 < len(tops) else len(self.text)
            entry = self.region(top, end)
            if entry is None:
                return None
            entries.append(entry)
        span = Span(*entries[0].span[:2], *entries[-1].span[2:])
        return YamlDocument(Mapping(tuple(entries), span), None, tuple(self.duplicates), tuple(self.tags))

    def region(self, top: re.Match[str], end: int) -> Entry | None:
        """One top-level key with its value."""
        first = _FIRST_ITEM.match(self.text, self.after_line(top), end) if top[1] in self.sections else None
        if first is None:
            parsed = self.parse(top.start(), end)
            return parsed.entries[0] if isinstance(parsed, Mapping) and len(parsed.entries) == 1 else None
        item = re.compile(rf"^[ ]{{{len(first[1])}}}-(?=[ \r\n])", re.MULTILINE)
        starts = [found.start() for found in item.finditer(self.text, first.start(1), end)]
        items: list[Node] = []
        for number, start in enumerate(starts):
            stop = starts[number + 1] if number + 1 < len(starts) else end
            node = self.item(start, stop)
            if node is None:
                return None
            items.append(node)
        key_line = self.line(top.start())
        key = Scalar(top[1], Span(key_line, 1, key_line, 1 + len(top[1])))
        span = Span(*items[0].span[:2], *items[-1].span[2:])
        return Entry(key, Sequence(tuple(items), span))

    def after_line(self, top: re.Match[str]) -> int:
        """Where the line after a key starts; the end of the text where the key's line holds a value."""
        at = self.text.find("\n", top.end())
        rest = self.text[top.end() : at if at >= 0 else len(self.text)].strip()
        return len(self.text) if at < 0 or (rest and not rest.startswith("#")) else at + 1

    def item(self, start: int, stop: int) -> Node | None:
        """One item of a list: whole where a needle is in it, else its name."""
        text = self.text
        if text.count('"', start, stop) % 2:
            return None  # a quoted text may run over the item's end
        if text.count("'", start, stop) % 2 and _OPEN_QUOTE.search(text, start, stop):
            return None
        at = bisect_left(self.hits, start)
        if at == len(self.hits) or self.hits[at] >= stop:
            name = _NAME.match(self.text, start, stop)
            if name is not None and name[2] not in _WORDS:
                return self.named(name)
        parsed = self.parse(start, stop)
        if not isinstance(parsed, Sequence) or len(parsed.items) != 1:
            return None
        return parsed.items[0]

    def named(self, name: re.Match[str]) -> Mapping:
        line = self.line(name.start())
        column = name.start(2) - name.start() + 1
        quote = len(name[1])
        value = Scalar(
            name[2],
            Span(line, column - quote, line, column + len(name[2]) + quote),
            "quoted" if quote else "plain",
        )
        at = self.text.index("name", name.start()) - name.start() + 1
        key = Scalar("name", Span(line, at, line, at + 4))
        return Mapping((Entry(key, value),), Span(line, at, *value.span[2:]))

    def line(self, offset: int) -> int:
        """The line of an offset; offsets are asked for in rising order, nearly always."""
        if offset < self.at:
            self.at, self.at_line = 0, 1
        self.at_line += self.text.count("\n", self.at, offset)
        self.at = offset
        return self.at_line

    def parse(self, start: int, stop: int) -> Node | None:
        """A part of the text, read as it stands; None where it is no document of its own."""
        document = parse_yaml(self.text[start:stop], first_line=self.line(start))
        if document.problem is not None:
            return None
        self.duplicates.extend(document.duplicates)
        self.tags.extend(document.unknown_tags)
        return document.root
