"""Reads only those items of a properties file that matter: the rest costs a search, not a parse.

A properties file is a handful of top-level keys with lists of named items. An item without any of the
needles is represented by its name alone; from any other one, columns without a needle are left out.
The syntax of everything is checked all the same. Where the layout is anything but plain (anchors,
tabs, several documents, a quoted text that runs over the end of an item) nothing is returned, and the
caller parses the whole text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from stateaware.records import replace
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import DuplicateKey, YamlDocument, is_yaml, parse_yaml
from stateaware.text.span import Span

_ODD_CHARACTERS: Final = ("\x85", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff")
_COMMENT: Final = r"#[^\x00-\x1f\x7f-\x9f]*"
_ANCHOR: Final = re.compile(r"(?:^|[\s\[{,:-])[&*][A-Za-z0-9_]")
_HEADER: Final = re.compile(rf"---[ ]*(?:[ ]{_COMMENT})?\r?\n")
_BLANK: Final = re.compile(rf"(?:[ ]*(?:{_COMMENT})?\r?\n)*")
_TOP: Final = re.compile(r"\n(?=[^\s#])")
_KEY: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)[ ]*:(?=[ \r\n]|\Z)")
_ITEM: Final = re.compile(r"-[ \r\n]")
_PLAIN_ENTRY: Final = re.compile(r"([A-Za-z_]+):[ ]([A-Za-z0-9_.]+)[ \r\n]*\Z")
_LIST: Final = re.compile(rf"[ ]*(?:[ ]{_COMMENT})?\r?\n(?:[ ]*(?:{_COMMENT})?\r?\n)*([ ]*)-(?=[ \r\n])")
_NAMED: Final = re.compile(
    r"""([ ]*-[ ]+)name:[ ]+(["']?)([A-Za-z_][A-Za-z0-9_.-]*)\2[ ]*(?:[ ]#.*)?\r?$""", re.MULTILINE
)
_FIRST_KEY: Final = re.compile(r"[ ]*-[ ]+(?=[A-Za-z_]+:[ \r\n])")
_NEXT_LINE: Final = re.compile(r"(?:[ ]*(?:#.*)?\r?\n)*([ ]*)")
_EXPLICIT_KEY: Final = re.compile(r"\n[ -]*\?[ \r\n]")
_TAG: Final = re.compile(r"(?:\A|[ \n\[{,])!")
_FLOW_KEY: Final = re.compile(r"[{,][ \r\n]*[\[{]")
_USUAL: Final = "(?:name|description|columns|data_tests|tests|data_type|meta|tags|docs|quote):"
"""Keys of which most items are made; what is told apart from needles is only the rest."""
_WORDS: Final = frozenset({"null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"})


def parse_slices(text: str, needles: tuple[str, ...], sections: frozenset[str]) -> YamlDocument | None:
    """A document whose lists in ``sections`` hold whole items where a needle occurs, else names.

    None where the text must be parsed whole. Spans are those of the text.
    """
    if "\t" in text or ("<" in text and "<<" in text):
        return None
    if not text.isascii() and any(character in text for character in _ODD_CHARACTERS):
        return None
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return None
    if ("&" in text or "*" in text) and _ANCHOR.search(text):
        return None
    if "?" in text and _EXPLICIT_KEY.search(text):
        return None
    return _Slicer(text, needles, sections).read()


class _Slicer:
    def __init__(self, text: str, needles: tuple[str, ...], sections: frozenset[str]) -> None:
        self.text = text
        self.needles = needles
        self.sections = sections
        self.at, self.at_line = 0, 1
        self.duplicates: list[DuplicateKey] = []
        self.tags: list[tuple[str, Span]] = []

    def read(self) -> YamlDocument | None:
        tops = self.tops()
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

    def tops(self) -> list[re.Match[str]]:
        """The top-level keys; none where something else stands in the first column."""
        text = self.text
        header = _HEADER.match(text)
        first = header.end() if header else 0
        starts = [found.end() for found in _TOP.finditer(text, first)]
        if first < len(text) and text[first] not in "\r\n#":
            starts.insert(0, first)
        found: list[re.Match[str]] = []
        for start in starts:
            key = _KEY.match(text, start)
            if key is not None:
                found.append(key)
            elif not found or not _ITEM.match(text, start):
                return []
        return found if starts and _BLANK.fullmatch(text, first, starts[0]) else []

    def region(self, top: re.Match[str], end: int) -> Entry | None:
        """One top-level key with its value."""
        text = self.text
        listed = _LIST.match(text, top.end(), end) if top[1] in self.sections else None
        if listed is None:
            return self.whole_region(top, end)
        line, start_line = self.line(top.start()), self.line(listed.start(1))
        dash, bare = _item_start(len(listed[1])), _bare_item(len(listed[1]), self.needles)
        starts = [found.end() for found in dash.finditer(text, listed.start(1) - 1, end)]
        items: list[Node] = []
        for number, start in enumerate(starts):
            stop = starts[number + 1] if number + 1 < len(starts) else end
            node = self.bare_item(start, stop, bare) or self.item(start, stop, (top[1], f"[{number}]"))
            if node is None:
                return None
            items.append(node)
        key = Scalar(top[1], Span(line, 1, line, 1 + len(top[1])))
        span = Span(start_line, len(listed[1]) + 1, *items[-1].span[2:])
        return Entry(key, Sequence(tuple(items), span))

    def whole_region(self, top: re.Match[str], end: int) -> Entry | None:
        plain = _PLAIN_ENTRY.match(self.text, top.start(), end)
        if plain is not None:
            line, after = self.line(top.start()), len(plain[1])
            key = Scalar(plain[1], Span(line, 1, line, 1 + after))
            return Entry(key, Scalar(plain[2], Span(line, after + 3, line, after + 3 + len(plain[2]))))
        parsed = self.parse(top.start(), end, ())
        return parsed.entries[0] if isinstance(parsed, Mapping) and len(parsed.entries) == 1 else None

    def bare_item(self, start: int, stop: int, form: re.Pattern[str]) -> Node | None:
        """The name of an item in which nothing must be parsed and whose form is plainly right."""
        name = form.match(self.text, start, stop)
        if name is None or name.end() != stop or name[3] in _WORDS:
            return None
        return self.named(name)

    def item(self, start: int, stop: int, path: tuple[str, ...]) -> Node | None:
        """One item of a list: whole where something in it must be parsed, else its name."""
        if not self.hit(start, stop):
            name = _NAMED.match(self.text, start, stop)
            if name is not None and name[3] not in _WORDS and self.is_settled(name, stop):
                return self.named(name) if is_yaml(self.text[start:stop]) else None
        end = self.without_columns(start, stop)
        parsed = self.parse(start, end, path) if end else None
        if not isinstance(parsed, Sequence) or len(parsed.items) != 1:
            return None
        item = parsed.items[0]
        twice = end < stop and isinstance(item, Mapping) and item.get("columns") is not None
        return item if isinstance(item, Mapping) and not twice else None

    def hit(self, start: int, stop: int) -> bool:
        """Whether something in a part of the text must be parsed."""
        part = self.text[start:stop]
        return any(needle in part for needle in self.needles) or _needs_parser(part)

    def is_settled(self, name: re.Match[str], stop: int) -> bool:
        """Whether a name ends with its line, stands there once, and no other key must be looked at."""
        column = len(name[1])
        following = _NEXT_LINE.match(self.text, name.end(), stop)
        if following is None or (following.end() < stop and len(following[1]) > column):
            return False
        return _odd_key(column).search(self.text, name.end(), stop) is None

    def without_columns(self, start: int, stop: int) -> int:
        """Where an item ends if the columns at its end are left out; 0 where they are not YAML."""
        first = _FIRST_KEY.match(self.text, start, stop)
        if first is None:
            return stop
        column = first.end() - start
        at = self.text.find(f"\n{' ' * column}columns:\n", start, stop)
        if at < 0 or self.hit(at, stop) or _next_key(column).search(self.text, at + 1, stop):
            return stop
        return at + 1 if is_yaml(self.text[at + 1 : stop]) else 0

    def named(self, name: re.Match[str]) -> Mapping:
        """An item that is represented by its name."""
        line, quotes = self.line(name.start()), 2 * len(name[2])
        key_start = len(name[1]) + 1
        start = name.start(2) - name.start() + 1
        end = start + len(name[3]) + quotes
        new = tuple.__new__  # as in the reader: most items of a large project end here
        value = Scalar(name[3], new(Span, (line, start, line, end)), "quoted" if quotes else "plain")
        key = Scalar("name", new(Span, (line, key_start, line, key_start + 4)))
        return Mapping((Entry(key, value),), new(Span, (line, key_start, line, end)))

    def line(self, offset: int) -> int:
        """The line of an offset; offsets are asked for in rising order, nearly always."""
        if offset < self.at:
            self.at, self.at_line = 0, 1
        self.at_line += self.text.count("\n", self.at, offset)
        self.at = offset
        return self.at_line

    def parse(self, start: int, stop: int, path: tuple[str, ...]) -> Node | None:
        """A part of the text, read as it stands; None where it is no document of its own.

        ``path`` stands for the list position with which the paths of repeated keys in it begin.
        """
        document = parse_yaml(self.text[start:stop], first_line=self.line(start))
        if document.problem is not None:
            return None
        for found in document.duplicates:
            inner = found.path[1:] if path else found.path
            self.duplicates.append(replace(found, path=(*path, *inner)))
        self.tags.extend(document.unknown_tags)
        return document.root


def _needs_parser(text: str) -> bool:
    """Whether something stands there that only a parser can judge.

    That is a tag, and a key that is not plain text, such as the ``{{ … }}`` that lacks its quotes.
    """
    if "]:" in text or "}:" in text:
        return True
    if "!" in text and _TAG.search(text):
        return True
    for found in _FLOW_KEY.finditer(text) if "{" in text else ():
        before = text[max(0, found.start() - 80) : found.start()].rstrip(" ")
        if found[0][0] == "," or before[-1:] in ("", "\n", ":", "-", "[", "{", ",", "?"):
            return True
    return False


@cache
def _item_start(indent: int) -> re.Pattern[str]:
    return re.compile(rf"\n(?=[ ]{{{indent}}}-[ \r\n])")


@cache
def _bare_item(indent: int, needles: tuple[str, ...]) -> re.Pattern[str]:
    """An item in the form that most have, of which this tells that it is YAML in a fifth of the time.

    That is a name, then keys with one of: a value on the same line (plain, or in double quotes, in ASCII
    and without escapes), a list of such values or of maps with usual keys, a map of them. ``config`` has
    a map. No key holds a needle.
    """

    def line(depth: int) -> str:
        return rf"\n[ ]{{{indent + depth}}}"

    needle = "|".join(map(re.escape, needles))
    own = rf"(?!{_USUAL})(?!\w*?(?:{needle}))[A-Za-z_][A-Za-z0-9_]*:"
    key = rf"(?:{_USUAL}|{own})"
    word = "[A-Za-z0-9_][A-Za-z0-9_ .-]*"
    plain = "[A-Za-z0-9_][A-Za-z0-9_ .,;/()+=%$<>'!?&*@-]*"
    value = rf'(?:{plain}|"[ !#-\[\]-~]*"|\[{word}(?:, {word})*\])'
    values = rf"(?:{line(8)}- {value})+"
    maps = rf"{line(4)}- {_USUAL} {value}(?:{line(6)}{_USUAL}(?: {value}|{values}))*"
    listed = rf"(?:{maps}|{line(4)}- {value})+"
    mapped = rf"(?:{line(4)}{key}(?: {value}|(?:{line(6)}{key} {value})+|(?:{line(6)}- {value})+))+"
    rest = rf"{line(2)}(?!name:|config:(?: |{line(4)}-)){key}(?: {value}|{listed}|{mapped})"
    return re.compile(rf"""([ ]*- )name: (["']?)([A-Za-z_][A-Za-z0-9_.-]*)\2[ ]*(?:{rest})*[ \n]*""")


@cache
def _next_key(column: int) -> re.Pattern[str]:
    return re.compile(rf"\n[ ]{{{column}}}[^\s#-]")


@cache
def _odd_key(column: int) -> re.Pattern[str]:
    """Keys beside a name that must be parsed: a second name, one with quotes, a config that is no map."""
    blank = r"[ ]*(?:#.*)?\r?\n"
    mapping = rf"(?:[ ]+\{{|{blank}(?:{blank})*[ ]{{{column + 1},}}[\w+-]+[ ]*:[ \r\n])"
    return re.compile(rf"\n[ ]{{{column}}}(?:name[ ]*:|config[ ]*:(?!{mapping})|[^\s\w#-])")
