"""YAML text to located trees, with limits.

Built on PyYAML's event stream (the C parser where it is there) rather than on its composer: events
need no recursion, so depth and size can be limited, and every scalar keeps its range.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from stateaware.records import dataclass, field, replace
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Sequence, Style
from stateaware.text.source import LineIndex
from stateaware.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH: Final = 100
"""Nested collections; dbt's own files stay below 20."""
MAX_NODES: Final = 2_000_000
"""Nodes of one file."""
MAX_ALIASED: Final = 300_000
"""Nodes that aliases stand for, counted as often as they are used: stops "billion laughs" files."""

ProblemKind: TypeAlias = Literal["syntax", "documents", "alias", "limit", "key"]


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """Why a text is not one YAML document; ``span`` is where the reader stopped."""

    kind: ProblemKind
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class DuplicateKey:
    """A key written twice in one mapping; the last one wins in dbt."""

    first: Scalar
    second: Scalar
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A parsed text. ``root`` is None for an empty text and wherever there is a ``problem``.

    A document that `stateaware.syntax.recovery` has been over has a problem and, as its root, what can be
    read all the same.

    ``unknown_tags`` are scalars and collections with a tag that dbt Core does not know. ``aliases``
    are the range that an alias stands for, and its own.
    """

    root: Node | None
    problem: YamlProblem | None = None
    duplicates: tuple[DuplicateKey, ...] = ()
    unknown_tags: tuple[tuple[str, Span], ...] = ()
    aliases: tuple[tuple[Span, Span], ...] = ()


@dataclass(slots=True)
class _Frame:
    """A collection that is being read."""

    span_start: tuple[int, int]
    flow: bool
    mapping: bool
    anchor: str | None
    nodes: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


class _Stop(Exception):
    def __init__(self, problem: YamlProblem) -> None:
        self.problem = problem


def parse_yaml(text: str, first_line: int = 1) -> YamlDocument:
    """Read a text that should hold one YAML document.

    Mistakes in the text are returned as ``problem``, never raised. ``first_line`` is the number of
    the text's first line, where it is a part of a file.
    """
    import yaml

    try:
        return _Reader(text, first_line).read()
    except _Stop as stop:
        # libyaml ends the last token of a text without a line break on a line of its own
        last = first_line + max(0, len(LineIndex(text)) - 1)
        span = stop.problem.span
        if span.end_line > last:
            end = len(LineIndex(text).line_text(last - first_line + 1)) + 1
            span = Span(span.line, span.column, last, end)
        return YamlDocument(None, replace(stop.problem, span=span))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # the reader counts a line break at the end of a text that has none, and more kinds of them
        line, column = LineIndex(text).position(0 if mark is None else mark.index)
        at = Span.at(line + first_line - 1, column)
        message = " ".join(part for part in (error.problem, error.context) if part)
        kind: ProblemKind = "alias" if "alias" in message else "syntax"
        return YamlDocument(None, YamlProblem(kind, message or "not valid YAML", at))
    except yaml.reader.ReaderError:
        # libyaml counts bytes here
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        start = found.start() if found else 0
        line, column = LineIndex(text).position(start)
        message = f"the character #x{ord(found[0]):04x} is not allowed in YAML" if found else "not valid text"
        at = Span(line + first_line - 1, column, line + first_line - 1, column + bool(found))
        return YamlDocument(None, YamlProblem("syntax", message, at))
    except yaml.YAMLError as error:
        return YamlDocument(None, YamlProblem("syntax", str(error), Span.at(1, 1)))


_NESTED: Final = re.compile(r"(?:[\[{][ ]*){100}")


def is_yaml(text: str) -> bool:
    """Whether the syntax of a text is right; keys, aliases and limits are not looked at.

    With libyaml this takes a fifth of the time of reading the text.
    """
    import yaml

    # libyaml takes quadratic time where much is nested; reading stops at a depth
    if not yaml.__with_libyaml__ or _NESTED.search(text) is not None:
        return parse_yaml(text).problem is None
    from yaml._yaml import CParser

    try:
        CParser(text).raw_parse()
    except yaml.YAMLError:
        return False
    return True


_STYLES: Final[dict[str | None, Style]] = {
    None: "plain",
    "": "plain",
    "'": "quoted",
    '"': "quoted",
    "|": "block",
    ">": "block",
}


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.duplicates: list[DuplicateKey] = []
        self.unknown_tags: list[tuple[str, Span]] = []
        self.aliases: list[tuple[Span, Span]] = []
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.total = 0
        self.aliased = 0
        # PyYAML also breaks lines at these; then its line numbers are not an editor's
        self.index = LineIndex(text) if any(c in text for c in "\x85\u2028\u2029") else None

    def read(self) -> YamlDocument:
        from yaml import events as ev

        documents = 0
        for event in _events(self.text):
            kind = type(event)
            if kind is ev.ScalarEvent:
                self.add_scalar(event)
            elif kind is ev.MappingStartEvent or kind is ev.SequenceStartEvent:
                self.open(event, kind is ev.MappingStartEvent)
            elif kind is ev.MappingEndEvent or kind is ev.SequenceEndEvent:
                self.close(event)
            elif kind is ev.AliasEvent:
                self.add_alias(event)
            elif kind is ev.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise _Stop(
                        YamlProblem("documents", "more than one YAML document in the file", self.span(event))
                    )
        unknown_tags, aliases = tuple(self.unknown_tags), tuple(self.aliases)
        return YamlDocument(self.root, None, tuple(self.duplicates), unknown_tags, aliases)

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        if self.index is not None:
            found, above = self.index.span(start.index, end.index), self.first_line - 1
            return Span(found.line + above, found.column, found.end_line + above, found.end_column)
        # the plain tuple constructor takes half the time of Span(...), and this is the hottest line
        first = self.first_line
        line, end_line = start.line + first, end.line + first
        return tuple.__new__(Span, (line, start.column + 1, end_line, end.column + 1))

    def add_scalar(self, event: Any) -> None:
        span = self.span(event)
        style = _STYLES[event.style]
        tag = event.tag
        if tag is not None:
            tag = self.check_tag(tag, span)
        self.add(Scalar(event.value, span, style, tag), 1, 0, event.anchor)

    def check_tag(self, tag: str, span: Span) -> str | None:
        if tag.startswith("tag:yaml.org,2002:"):
            return tag[len("tag:yaml.org,2002:") :]
        if tag != "!":
            self.unknown_tags.append((tag, span))
        return "str" if tag == "!" else None

    def open(self, event: Any, mapping: bool) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _Stop(YamlProblem("limit", f"nested deeper than {MAX_DEPTH} levels", self.span(event)))
        if event.tag is not None:
            self.check_tag(event.tag, self.span(event))
        span = self.span(event)
        self.stack.append(_Frame(span[:2], bool(event.flow_style), mapping, event.anchor))

    def close(self, event: Any) -> None:
        frame = self.stack.pop()
        end = self.span(event)
        last = frame.nodes[-1].span if frame.nodes else None
        # a block collection's end event stands where the next token starts: end it with its last node
        tail = (end.end_line, end.end_column) if frame.flow or last is None else last[2:]
        span = Span(*frame.span_start, *max(tail, frame.span_start))
        node: Node
        if frame.mapping:
            node = Mapping(self.entries(frame.nodes), span, frame.flow)
        else:
            node = Sequence(tuple(frame.nodes), span, frame.flow)
        self.add(node, frame.size, frame.height, frame.anchor)

    def add_alias(self, event: Any) -> None:
        found = self.anchors.get(event.anchor)
        if found is None:
            raise _Stop(YamlProblem("alias", f"unknown alias `{event.anchor}`", self.span(event)))
        node, size, height = found
        self.aliases.append((node.span, self.span(event)))
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            what = f"the aliases stand for more than {MAX_ALIASED:,} values"
            raise _Stop(YamlProblem("limit", what, self.span(event)))
        if len(self.stack) + height > MAX_DEPTH:
            raise _Stop(YamlProblem("limit", f"nested deeper than {MAX_DEPTH} levels", self.span(event)))
        self.add(node, size, height, None)

    def add(self, node: Node, size: int, height: int, anchor: str | None) -> None:
        self.total += 1
        if self.total > MAX_NODES:
            raise _Stop(YamlProblem("limit", f"more than {MAX_NODES:,} values", node.span))
        if anchor is not None:
            self.anchors[anchor] = (node, size, height)
        if self.stack:
            frame = self.stack[-1]
            frame.nodes.append(node)
            frame.size += size
            if height >= frame.height:
                frame.height = height + 1
        else:
            self.root = node

    def entries(self, nodes: list[Node]) -> tuple[Entry, ...]:
        found: dict[str, Entry] = {}
        merged: list[Node] = []
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise _Stop(YamlProblem("key", "a key must be plain text", key.span))
            if key.text == "<<" and key.style == "plain":
                merged.append(value)
                continue
            earlier = found.pop(key.text, None)
            if earlier is not None:
                path = tuple(self.path())
                self.duplicates.append(DuplicateKey(earlier.key, key, (*path, key.text)))
            found[key.text] = Entry(key, value)
        if not merged:
            return tuple(found.values())
        inherited: dict[str, Entry] = {}
        for source in merged:
            for mapping in source.items if isinstance(source, Sequence) else (source,):
                if not isinstance(mapping, Mapping):
                    raise _Stop(
                        YamlProblem("key", "`<<` needs a mapping or a list of mappings", mapping.span)
                    )
                for entry in mapping:
                    if entry.key.text not in found and entry.key.text not in inherited:
                        inherited[entry.key.text] = Entry(entry.key, entry.value, merged=True)
        return (*found.values(), *inherited.values())

    def path(self) -> Iterator[str]:
        """Keys and list positions that lead to the collection being closed."""
        for frame in self.stack:
            if not frame.mapping:
                yield f"[{len(frame.nodes)}]"
            elif frame.nodes and len(frame.nodes) % 2 == 1:
                key = frame.nodes[-1]
                yield key.text if isinstance(key, Scalar) else "?"


def _events(text: str) -> Iterator[Any]:
    import yaml

    loader = yaml.CSafeLoader(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()
