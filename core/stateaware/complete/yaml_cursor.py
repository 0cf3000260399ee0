"""Finds the place of a cursor in YAML from the lines around it, so that it need not be readable yet."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from stateaware.complete.brackets import Brackets, bracket_cursor
from stateaware.complete.cursor import ITEM, Cursor, word_end
from stateaware.text.source import LineIndex

_LINE: Final = re.compile(
    r"""(?P<blank>[ ]*)(?P<dashes>(?:-[ ]+|-\Z)*)
        (?:(?P<key>"[^"]*"|'[^']*'|[^\s#'"{}\[\],&*!|>%@`][^#:]*?)[ ]*:(?=\s|\Z)(?P<value>.*))?""",
    re.VERBOSE,
)
_NOTHING: Final = re.compile(r"\s*(?:[&!]\S+\s*)*(?:#.*)?\Z")
_COMMENT: Final = re.compile(r"(?:\A|\s)#")
_FOLLOWED: Final = re.compile(r"[ \t]*:(?=\s|\Z)")
_HIGHEST: Final = 40
"""How many lines up a flow map may have been opened."""


class _Token(NamedTuple):
    """A dash or a key of a line, at a 0-based column; ``value`` is what follows the key's colon."""

    column: int
    name: str
    value: str = ""


def yaml_cursor(index: LineIndex, line: int, column: int) -> Cursor | None:
    """The place at a 1-based line and column; None inside comments, texts and what is no place for a key."""
    content = index.line_text(line)
    if "\t" in content[: len(content) - len(content.lstrip())]:
        return None
    flow = _flow(index, line, column)
    if flow is not None:
        return flow[0]
    before, after = content[: column - 1], content[column - 1 :]
    base = index.offset(line, 1)
    found = _LINE.match(before)
    if found is None or _COMMENT.search(before):
        return None
    if found["key"] is not None:
        return _value(index, line, column, found)
    head = found.end("dashes")
    word = before[head:]
    if not re.fullmatch(r"\+?\w*", word):
        return None
    rest = after[len(after) - len(after.lstrip("+")) :]
    followed = _FOLLOWED.match(rest, word_end(rest, 0))
    if not followed and rest[word_end(rest, 0) :].strip() and not rest.lstrip().startswith("#"):
        return None
    context = _context(index, line, head, found)
    if context is None:
        return None
    path, siblings, step = context
    end = word_end(index.text, base + column - 1)
    return Cursor(
        "key",
        "block",
        path,
        base + head,
        end,
        column=head,
        step=step,
        siblings=siblings,
        followed=bool(followed),
    )


def _value(index: LineIndex, line: int, column: int, found: re.Match[str]) -> Cursor | None:
    value = found["value"]
    written = re.fullmatch(r"(\s*)(['\"]?)(\w*)", value)
    base = index.offset(line, 1)
    cursor = base + column - 1
    rest = index.line_text(line)[column - 1 :]
    if written is None or (written[3] and not written[1]):
        return None
    behind = rest[word_end(rest, 0) :]
    if behind.strip(" '\"") and not behind.lstrip(" '\"").startswith("#"):
        return None
    start = found.end("dashes")
    context = _context(index, line, start, found)
    if context is None:
        return None
    path, _, step = context
    end = word_end(index.text, cursor)
    return Cursor(
        "value",
        "block",
        (*path, _unquoted(found["key"])),
        cursor - len(written[3]) - len(written[2]),
        end + (bool(written[2]) and index.text[end : end + 1] == written[2]),
        quote=written[2],
        space="" if written[1] else " ",
        column=start,
        step=step,
    )


def _flow(index: LineIndex, line: int, column: int) -> tuple[Cursor | None] | None:
    """The place inside ``{...}``, in a tuple; None where no bracket is open."""
    cursor = index.offset(line, column)
    for first in range(line, max(0, line - _HIGHEST), -1):
        found = _LINE.match(index.line_text(first))
        if found is None:
            return None
        keyed = found["key"] is not None
        if not keyed and not found["dashes"]:
            continue
        value = found.start("value") if keyed else found.end("dashes")
        start = index.offset(first, 1) + value
        if start > cursor:
            continue
        opened = index.line_text(first)[value:].lstrip()[:1]
        if opened not in ("{", "[", "&", "!"):
            if first < line:
                return None
            continue
        brackets = Brackets(index.text, start, yaml=True, comments=True)
        brackets.read(cursor)
        if brackets.wrong or not brackets.open:
            return None
        return (_in_flow(index, first, cursor, found, brackets),)
    return None


def _in_flow(
    index: LineIndex, first: int, cursor: int, found: re.Match[str], brackets: Brackets
) -> Cursor | None:
    head = found.end("dashes")
    context = _context(index, first, head, found)
    inner = brackets.open[-1]
    if context is None or inner.opener != "{" or brackets.in_comment:
        return None
    path = [*context[0], *([] if found["key"] is None else [_unquoted(found["key"])])]
    for outer in brackets.open[:-1]:
        path += [outer.key or "", *([ITEM] if outer.opener == "[" else [])]
    if brackets.open[0].opener == "[":
        path.append(ITEM)
    return bracket_cursor(index.text, cursor, brackets, tuple(path), "flow")


def _context(
    index: LineIndex, line: int, column: int, found: re.Match[str]
) -> tuple[tuple[str, ...], frozenset[str], int] | None:
    """The keys around the content at a column of a line, the keys beside it, and how far the file indents."""
    path: list[str] = []
    siblings: set[str] = set()
    step = 0
    at, is_dash, outermost = column, False, True
    pending = _dashes(found)
    number = line
    while True:
        for token in reversed(pending):
            if outermost and token.column == column and token.name != ITEM:
                siblings.add(token.name)
            inside = token.column < at or (is_dash and token.name != ITEM and token.column == at)
            if not inside:
                continue
            if token.name != ITEM:
                if not _NOTHING.match(token.value) and token.value.lstrip()[:1] not in ("{", "["):
                    return None
                if not is_dash:
                    step = step or at - token.column
            path.append(token.name)
            at, is_dash, outermost = token.column, token.name == ITEM, False
        number -= 1
        if number < 1 or index.line_text(number).startswith(("---", "...")):
            break
        if at == 0 and not is_dash:
            break
        pending = _tokens(index.line_text(number))
    if at != 0 and path:
        return None
    siblings |= _below(index, line, column)
    return tuple(reversed(path)), frozenset(siblings), step or 2


def _below(index: LineIndex, line: int, column: int) -> set[str]:
    """The keys of the same map below a line."""
    found = set()
    for number in range(line + 1, len(index) + 1):
        tokens = _tokens(index.line_text(number))
        content = index.line_text(number).strip()
        if not content or content.startswith("#"):
            continue
        indent = len(index.line_text(number)) - len(index.line_text(number).lstrip())
        if indent < column:
            break
        found |= {token.name for token in tokens if token.column == column and token.name != ITEM}
    return found


def _tokens(content: str) -> list[_Token]:
    found = _LINE.match(content)
    if found is None or content.lstrip().startswith("#"):
        return []
    tokens = _dashes(found)
    if found["key"] is not None:
        tokens.append(_Token(found.start("key"), _unquoted(found["key"]), found["value"]))
    elif found.end() == len(found["blank"]) and content.strip():
        tokens.append(_Token(found.end(), content.strip(), "text"))
    return tokens


def _dashes(found: re.Match[str]) -> list[_Token]:
    return [
        _Token(found.start("dashes") + at, ITEM)
        for at, character in enumerate(found["dashes"])
        if character == "-"
    ]


def _unquoted(key: str) -> str:
    return key.strip().strip("'\"")
