"""Edits of YAML that keep comments, quotes, indentation and flow or block style.

Every function takes the text with nodes that were read from it and returns edits for `Fix.edits`.
No edits means that it cannot be done cleanly (the node came through an alias or ``<<``, say); then
no fix should be offered.
"""

from __future__ import annotations

import re
from typing import Final

from stateaware.findings import Edit
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Sequence
from stateaware.text.source import LineIndex, SourceText

_ANCHOR: Final = re.compile(r"&[^\s,\[\]{}]+")
_PROPERTY: Final = re.compile(r"[&!][^\s,\[\]{}]*[ \t]*")
_ALIAS: Final = re.compile(r"[ \t]*\*[^\s,\[\]{}]+")
_REST_OF_LINE: Final = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")


def rename_key(source: SourceText, entry: Entry, name: str) -> tuple[Edit, ...]:
    """Another name for a key; quotes stay."""
    if entry.merged:
        return ()
    at = _Text(source)
    start, end = at.span(entry.key)
    quote = at.text[start : start + 1]
    if quote in ("'", '"') and at.text[end - 1 : end] == quote and end - start > 1:
        start, end = start + 1, end - 1
    elif entry.key.style != "plain" or at.text[start:end] != entry.key.text:
        return ()
    return (at.edit(start, end, name),)


def replace_value(source: SourceText, entry: Entry, value: str, *, quotes: bool = True) -> tuple[Edit, ...]:
    """Another value for a key, as one line of YAML.

    Args:
        source: the file.
        entry: the key with its present value.
        value: what to write.
        quotes: keep the quotes of a quoted value; False writes it bare, so that ``'4'`` becomes ``4``.
    """
    at = _Text(source)
    colon = at.colon(entry)
    if entry.merged or colon is None:
        return ()
    start, end = at.value(entry, colon)
    kept = _ANCHOR.search(at.text[start : at.content(start)])
    anchor = f"{kept[0]} " if kept else ""
    if isinstance(entry.value, Scalar) and entry.value.style == "quoted" and quotes:
        value = at.text[end - 1] + value + at.text[end - 1]
    if start == end and start == colon:  # `key:` with nothing behind it
        return (at.edit(colon, colon, f" {value}"),)
    if "\n" not in at.text[colon:start] and "\r" not in at.text[colon:start]:
        return (at.edit(start, end, anchor + value),)
    behind = at.rest_of_line(colon)
    return (at.edit(colon, end, f" {anchor}{value}{at.text[colon:behind]}"),)


def insert_after(
    source: SourceText, mapping: Mapping, entry: Entry, key: str, value: str
) -> tuple[Edit, ...]:
    """A new entry behind another one of the same mapping; ``value`` is one line of YAML."""
    at = _Text(source)
    if entry.merged or not at.is_plain(mapping, entry):
        return ()
    end = at.entry_end(entry)
    if mapping.flow:
        return (at.edit(end, end, f", {key}: {value}"),)
    line_end = at.rest_of_line(end)
    return (at.edit(line_end, line_end, f"\n{' ' * (entry.key.span.column - 1)}{key}: {value}"),)


def append_entry(source: SourceText, mapping: Mapping, key: str, value: str) -> tuple[Edit, ...]:
    """A new entry at the end of a mapping, also of an empty one."""
    own = _own_entries(mapping)
    if own:
        return insert_after(source, mapping, own[-1], key, value)
    at = _Text(source)
    start, end = at.span(mapping)
    if not re.fullmatch(r"\{\s*\}", at.text[start:end]):
        return ()
    return (at.edit(start, end, f"{{{key}: {value}}}"),)


def delete_entry(source: SourceText, mapping: Mapping, entry: Entry) -> tuple[Edit, ...]:
    """Takes an entry away, with the comment behind it; an only entry leaves ``{}``."""
    at = _Text(source)
    if entry.merged or not at.is_plain(mapping, entry):
        return ()
    own = _own_entries(mapping)
    place = own.index(entry)
    start, end = at.span(entry.key)[0], at.entry_end(entry)
    after = at.span(own[place + 1].key)[0] if place + 1 < len(own) else None
    if mapping.flow:
        if after is not None:
            return (at.edit(start, after, ""),)
        return (at.edit(at.entry_end(own[place - 1]) if place else start, end, ""),)
    line_end = at.rest_of_line(end)
    if len(mapping.entries) == 1:
        if (colon := at.before(start)) and at.text[colon - 1] == ":":
            return (at.edit(colon, end, " {}"),)
        return (at.edit(start, end, "{}"),)
    line_start = at.line_start(start)
    if at.text[line_start:start].strip():  # it shares its line with a dash
        if after is None:
            return ()
        between = at.text[line_end:after]
        return (at.edit(start, line_end if between.strip() else after, ""),)
    return (at.edit(*at.whole_lines(line_start, line_end), ""),)


def move_under(source: SourceText, mapping: Mapping, entry: Entry, key: str) -> tuple[Edit, ...]:
    """Moves an entry into the mapping under another key of the same mapping (``config``), made if missing."""
    at = _Text(source)
    target = mapping.get(key)
    if entry.merged or not at.is_plain(mapping, entry) or (target is not None and target.merged):
        return ()
    if target is None:
        return _wrap(at, mapping, entry, key)
    inner = target.value
    if (
        isinstance(inner, Scalar)
        and inner.style == "plain"
        and inner.text in ("", "~", "null", "Null", "NULL")
    ):
        return _move_into_null(source, mapping, entry, target)
    if not isinstance(inner, Mapping) or inner.get(entry.key.text) is not None:
        return ()
    gone = delete_entry(source, mapping, entry)
    if not inner.flow and inner.entries and _own_entries(inner):
        last = _own_entries(inner)[-1]
        if not at.is_plain(inner, last):
            return ()
        line_end = at.rest_of_line(at.entry_end(last))
        moved = at.indented(entry, last.key.span.column - entry.key.span.column)
        added: tuple[Edit, ...] = (
            at.edit(line_end, line_end, f"\n{' ' * (last.key.span.column - 1)}{moved}"),
        )
    else:
        flow = None if at.has_comment(entry) else at.as_flow(entry.value)
        added = append_entry(source, inner, at.key_text(entry), flow) if flow is not None else ()
    if not gone or not added:
        return ()
    return _joined(added[0], gone[0])


def _wrap(at: _Text, mapping: Mapping, entry: Entry, key: str) -> tuple[Edit, ...]:
    start, end = at.span(entry.key)[0], at.entry_end(entry)
    if mapping.flow:
        return (at.edit(start, end, f"{key}: {{{at.text[start:end]}}}"),)
    step = _step(mapping)
    line_end = at.rest_of_line(end)
    column = entry.key.span.column - 1
    return (at.edit(start, line_end, f"{key}:\n{' ' * (column + step)}{at.indented(entry, step)}"),)


def _move_into_null(source: SourceText, mapping: Mapping, entry: Entry, target: Entry) -> tuple[Edit, ...]:
    """``config:`` without a value gets the entry as its first."""
    at = _Text(source)
    gone = delete_entry(source, mapping, entry)
    colon = at.colon(target)
    if not gone or colon is None:
        return ()
    end = at.value(target, colon)[1]
    if mapping.flow:
        first, last = at.span(entry.key)[0], at.entry_end(entry)
        added = at.edit(colon, max(end, colon), f" {{{at.text[first:last]}}}")
    else:
        step = _step(mapping)
        column = target.key.span.column - 1 + step
        moved = at.indented(entry, column - entry.key.span.column + 1)
        behind = at.rest_of_line(max(end, colon))
        comment = at.text[max(end, colon) : behind]
        added = at.edit(colon, behind, f"{comment}\n{' ' * column}{moved}")
    return _joined(added, gone[0])


def _joined(added: Edit, gone: Edit) -> tuple[Edit, ...]:
    """Both edits, as one where they touch."""
    if added.span[2:] == gone.span[:2]:
        return (Edit(added.file, added.span.cover(gone.span), added.text + gone.text),)
    if gone.span[2:] == added.span[:2]:
        return (Edit(added.file, added.span.cover(gone.span), gone.text + added.text),)
    return (added, gone)


def _step(mapping: Mapping) -> int:
    """How far a file indents, as far as a mapping shows it; 2 where it does not."""
    for entry in _own_entries(mapping):
        value = entry.value
        if isinstance(value, Mapping) and not value.flow and value.span.line > entry.key.span.line:
            step = value.span.column - entry.key.span.column
            if step > 0:
                return step
    return 2


def _own_entries(mapping: Mapping) -> list[Entry]:
    """The entries that stand in the mapping itself, in written order."""
    return sorted((entry for entry in mapping.entries if not entry.merged), key=lambda entry: entry.key.span)


class _Text:
    """A text with offsets for the nodes read from it."""

    def __init__(self, source: SourceText) -> None:
        self.file = source.path
        self.text = source.text
        self.index: LineIndex = source.index

    def edit(self, start: int, end: int, text: str) -> Edit:
        return Edit(self.file, self.index.span(start, end), text)

    def span(self, node: Node) -> tuple[int, int]:
        """Start and end of a node, without the blanks and line breaks that end a block scalar."""
        start = self.index.offset(*node.span[:2])
        end = self.index.offset(*node.span[2:])
        return start, start + len(self.text[start:end].rstrip())

    def colon(self, entry: Entry) -> int | None:
        """Where the value of an entry may start: behind its colon."""
        end = self.span(entry.key)[1]
        found = re.compile(r"[ \t]*:").match(self.text, end)
        return found.end() if found else None

    def value(self, entry: Entry, colon: int) -> tuple[int, int]:
        """Start and end of what is written as an entry's value; that of an alias is the alias."""
        alias = _ALIAS.match(self.text, colon)
        if alias:
            return alias.start() + len(alias[0]) - len(alias[0].lstrip()), alias.end()
        start, end = self.span(entry.value)
        return max(start, colon), max(end, colon)

    def entry_end(self, entry: Entry) -> int:
        colon = self.colon(entry)
        return self.span(entry.key)[1] if colon is None else self.value(entry, colon)[1]

    def content(self, start: int) -> int:
        """Behind the anchor and tag that a value may start with."""
        while found := _PROPERTY.match(self.text, start):
            start = found.end()
        return start

    def rest_of_line(self, offset: int) -> int:
        """The end of a line, if only blanks and a comment follow; else the offset itself."""
        found = _REST_OF_LINE.match(self.text, offset)
        return found.end() if found else offset

    def line_start(self, offset: int) -> int:
        return self.index.offset(self.index.position(offset)[0], 1)

    def before(self, offset: int) -> int:
        """Behind the last character before an offset that is no blank and no line break."""
        return len(self.text[:offset].rstrip())

    def whole_lines(self, start: int, end: int) -> tuple[int, int]:
        """From the start of a line to the start of the next; at the end with the blank lines before it."""
        line_break = _LINE_BREAK.match(self.text, end)
        end = line_break.end() if line_break else end
        if end == len(self.text):
            above = _LINE_BREAK.match(self.text, self.before(start))
            start = above.end() if above else start
        return start, end

    def is_plain(self, mapping: Mapping, entry: Entry) -> bool:
        """Whether an entry is written in one of the usual ways: no ``? key``, no bare pair in a list."""
        if self.colon(entry) is None:
            return False
        if mapping.flow:
            start = self.content(self.span(mapping)[0])
            return self.text[start : start + 1] == "{" and self._inside(mapping, entry)
        line_end = self.rest_of_line(self.entry_end(entry))
        return line_end == len(self.text) or self.text[line_end] in "\r\n"

    def _inside(self, mapping: Mapping, entry: Entry) -> bool:
        return mapping.span[:2] <= entry.key.span[:2] <= mapping.span[2:]

    def key_text(self, entry: Entry) -> str:
        start, end = self.span(entry.key)
        return self.text[start:end]

    def indented(self, entry: Entry, by: int) -> str:
        """An entry with its comment, from its key on, its further lines moved to the right."""
        start = self.span(entry.key)[0]
        text = self.text[start : self.rest_of_line(self.entry_end(entry))]
        first, *others = _LINE_BREAK.split(text)
        if by >= 0:
            moved = [" " * by + line if line.strip() else line for line in others]
        else:
            moved = [line[min(-by, len(line) - len(line.lstrip())) :] for line in others]
        return "\n".join([first, *moved])

    def has_comment(self, entry: Entry) -> bool:
        """Whether a comment may stand in or behind an entry; a ``#`` in a string counts too."""
        start = self.span(entry.key)[0]
        return "#" in self.text[start : self.rest_of_line(self.entry_end(entry))]

    def as_flow(self, node: Node) -> str | None:
        """A value on one line, or None where a text spans several lines or something is merged in."""
        if isinstance(node, Scalar):
            text = self.text[slice(*self.span(node))]
            return None if node.style == "block" or "\n" in text or "\r" in text else text or "null"
        if isinstance(node, Sequence):
            parts = [self.as_flow(item) for item in node.items]
            return None if None in parts else f"[{', '.join(str(part) for part in parts)}]"
        if not isinstance(node, Mapping) or any(entry.merged for entry in node.entries):
            return None
        pairs = [(self.key_text(entry), self.as_flow(entry.value)) for entry in _own_entries(node)]
        if any(value is None for _, value in pairs):
            return None
        return f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"


def entry_text(source: SourceText, entry: Entry, key: str, column: int) -> str | None:
    """An entry under another key as it is written, its lines moved so that the key may stand at a column.

    The column is 0-based; comments inside come along. None where the entry cannot stand elsewhere.
    """
    at = _Text(source)
    if entry.merged or at.colon(entry) is None or _ALIAS.match(at.text, at.colon(entry) or 0):
        return None
    text = at.indented(entry, column - entry.key.span.column + 1)
    return key + text[len(at.key_text(entry)) :]


def insert_lines(source: SourceText, mapping: Mapping, text: str) -> tuple[Edit, ...]:
    """An entry of one or more lines at the end of a block mapping; its further lines are indented already."""
    at = _Text(source)
    own = _own_entries(mapping)
    if mapping.flow or not own or not at.is_plain(mapping, own[-1]):
        return ()
    end = at.rest_of_line(at.entry_end(own[-1]))
    return (at.edit(end, end, f"\n{' ' * (own[-1].key.span.column - 1)}{text}"),)


def fill_null(source: SourceText, entry: Entry, text: str) -> tuple[Edit, ...]:
    """A first entry, indented already, for a key that has no value yet."""
    at = _Text(source)
    colon = at.colon(entry)
    value = entry.value
    if entry.merged or colon is None or not isinstance(value, Scalar) or value.style != "plain":
        return ()
    if value.text not in ("", "~", "null", "Null", "NULL"):
        return ()
    end = max(at.value(entry, colon)[1], colon)
    behind = at.rest_of_line(end)
    return (at.edit(colon, behind, f"{at.text[end:behind]}\n{text}"),)
