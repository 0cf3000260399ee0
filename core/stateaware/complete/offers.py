"""The keys, blocks and values to offer at a cursor, and the text that each of them writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from stateaware.complete.code_cursor import code_cursor
from stateaware.complete.cursor import Cursor
from stateaware.complete.grammar import (
    Block,
    FileKind,
    Key,
    Slot,
    Spot,
    is_tree,
    keys_at,
    setting_path,
    spot_of,
)
from stateaware.complete.yaml_cursor import yaml_cursor
from stateaware.config.profiles import Profile
from stateaware.explain.key_docs import Resource, key_documentation, value_documentation
from stateaware.project.project_file import PROJECT_FILE
from stateaware.records import dataclass
from stateaware.text.source import LineIndex

OfferKind: TypeAlias = Literal["key", "block", "value"]

_EXCLUSIVE: Final = {"loaded_at_field": "loaded_at_query", "loaded_at_query": "loaded_at_field"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be written at the cursor, in place of the text between two offsets.

    ``snippet`` is the text in the syntax of LSP's snippets; `plain` makes ordinary text of it. Its
    further lines are indented by ``column`` more than is written. ``filter`` is what is compared with
    what has been typed between ``start`` and the cursor.
    """

    kind: OfferKind
    label: str
    detail: str
    documentation: str
    start: int
    end: int
    snippet: str
    column: int
    filter: str

    def indented(self, by: int) -> str:
        """The snippet with its further lines moved to the right."""
        return self.snippet.replace("\n", "\n" + " " * by)


def offers(
    file: str,
    index: LineIndex,
    line: int,
    column: int,
    profile: Profile,
    *,
    typed: str = "",
    markdown: bool = True,
) -> list[Offer]:
    """What may be written at a 1-based line and column of a file, by its project-relative name.

    Documentation is Markdown or plain text. ``typed`` is the character that made the editor ask, if one
    did: a blank that indents a line asks for nothing.
    """
    cursor = _cursor(file, index, line, column)
    if cursor is None or (typed == " " and cursor.role == "key" and cursor.style == "block"):
        return []
    kind = _kind(file)
    if cursor.role == "value":
        spot = spot_of(kind, cursor.path[:-1])
        name = cursor.path[-1]
        plus = spot is not None and is_tree(spot)
        if spot is None or (plus and not name.startswith("+")):
            return []
        key = next((key for key in keys_at(spot, profile) if key.name == name.removeprefix("+")), None)
        if key is None:
            return []
        docs = _Docs(setting_path(kind, cursor.path), spot, markdown)
        return list(_values(key, cursor, file, docs))
    word = index.text[cursor.start : cursor.end].strip("'\"")
    if word and index.offset(line, column) <= cursor.start + len(cursor.quote):
        return []  # before a word that is none of what is being typed
    spot = spot_of(kind, cursor.path)
    if spot is None or (typed == "+" and not is_tree(spot)):
        return []
    docs = _Docs(setting_path(kind, cursor.path), spot, markdown)
    present = {name.removeprefix("+") for name in cursor.siblings}
    keys = [key for key in keys_at(spot, profile) if key.name not in present]
    return [
        offer
        for key in keys
        if _EXCLUSIVE.get(key.name) not in present
        for offer in _keys(key, spot, cursor, file, docs)
    ]


def _cursor(file: str, index: LineIndex, line: int, column: int) -> Cursor | None:
    if _kind(file) != "code":
        return yaml_cursor(index, line, column)
    return code_cursor(index.text, index.offset(line, column), python=file.endswith(".py"))


def _kind(file: str) -> FileKind:
    if file.rsplit("/", 1)[-1] == PROJECT_FILE:
        return "project"
    return "properties" if file.lower().endswith((".yml", ".yaml")) else "code"


@dataclass(frozen=True, slots=True)
class _Docs:
    """Looks up documentation: ``path`` leads from the setting to the map or key at the cursor."""

    path: tuple[str, ...]
    spot: Spot
    markdown: bool

    @property
    def resource(self) -> Resource:
        return "source" if self.spot.startswith(("source", "table", "threshold")) else "model"

    def of_key(self, *names: str) -> str:
        path = ("freshness",) if names == ("config",) else (*self.path, *names)
        return key_documentation(path, self.resource, markdown=self.markdown) or ""

    def of_value(self, word: str) -> str:
        return value_documentation(self.path, word, self.resource, markdown=self.markdown) or ""


def _keys(key: Key, spot: Spot, cursor: Cursor, file: str, docs: _Docs) -> Iterator[Offer]:
    name = f"+{key.name}" if is_tree(spot) else key.name
    text = docs.of_key(name)
    quote = _quote(file, cursor)
    shown = name if cursor.argument else f"{quote}{name}{quote}"
    if cursor.followed:
        yield _offer("key", name, key.takes, text, cursor, shown)
        return
    if key.name != "config":
        yield _offer("key", name, key.takes, text, cursor, shown + _bare_value(key, cursor, file))
    for label, block in key.blocks:
        title = f"{name}: {label}"
        body = _block_text(block, cursor, file)
        yield _offer("block", title, key.takes, text, cursor, f"{shown}{_joint(cursor, block)}{body}")


def _joint(cursor: Cursor, block: Block) -> str:
    if cursor.argument:
        return "="
    return ":" if cursor.style == "block" and isinstance(block, dict) else ": "


def _bare_value(key: Key, cursor: Cursor, file: str) -> str:
    """What follows a key that is written alone: a choice of its values, or a place for them."""
    joint = "=" if cursor.argument else ": "
    if key.words:
        quote = "" if key.bare else _quote(file, cursor)
        return f"{joint}{quote}{_choice(tuple(_word(key, word, file) for word in key.words))}{quote}"
    if key.name == "count":
        return f"{joint}${{1:4}}"
    if key.blocks:
        if cursor.style == "block":
            return f":\n{' ' * cursor.step}$0"
        return f"{joint}{{$0}}"
    if cursor.style == "code":
        quote = _quote(file, cursor)
        return f"{joint}{quote}$0{quote}"
    return joint


def _values(key: Key, cursor: Cursor, file: str, docs: _Docs) -> Iterator[Offer]:
    text = docs.of_key()
    outer = _quote(file, cursor) if not key.bare else ""
    for word in key.words:
        written = _word(key, word, file)
        note = docs.of_value(word) or text
        yield _offer("value", written, f"{key.name}", note, cursor, f"{outer}{written}{outer}")
    if not cursor.quote:
        for label, block in key.blocks if key.name != "config" else ():
            if isinstance(block, dict):
                body = _flow_text(block, _Numbers(), _quote(file, cursor))
                yield _offer("block", label, key.takes, text, cursor, body)


def _word(key: Key, word: str, file: str) -> str:
    return word.capitalize() if key.bare and file.endswith(".py") else word


def _offer(kind: OfferKind, label: str, detail: str, text: str, cursor: Cursor, snippet: str) -> Offer:
    wanted = f"{cursor.quote}{label}" if cursor.quote else label
    return Offer(
        kind, label, detail, text, cursor.start, cursor.end, cursor.space + snippet, cursor.column, wanted
    )


def _quote(file: str, cursor: Cursor) -> str:
    """The quotes that a text needs: those that are open, in code always some, in YAML none."""
    if cursor.quote:
        return cursor.quote
    if cursor.style != "code":
        return ""
    return '"' if file.endswith(".py") else "'"


class _Numbers:
    """Counts the places of a snippet."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def _block_text(block: Block, cursor: Cursor, file: str) -> str:
    if cursor.style == "block":
        return _lines(block, _Numbers(), cursor.step, 1)
    return _flow_text(block, _Numbers(), _quote(file, cursor) if cursor.style == "code" else "")


def _lines(block: Block, numbers: _Numbers, step: int, depth: int) -> str:
    if isinstance(block, Slot):
        return _slot(block, numbers)
    start = "\n" + " " * (step * depth)
    return "".join(
        f"{start}{key}:{'' if isinstance(inner, dict) else ' '}{_lines(inner, numbers, step, depth + 1)}"
        for key, inner in block.items()
    )


def _flow_text(block: Block, numbers: _Numbers, quote: str) -> str:
    if isinstance(block, Slot):
        around = quote if block.text else ""
        return f"{around}{_slot(block, numbers)}{around}"
    pairs = (f"{quote}{key}{quote}: {_flow_text(inner, numbers, quote)}" for key, inner in block.items())
    return f"{{{', '.join(pairs)}\\}}"


def _slot(slot: Slot, numbers: _Numbers) -> str:
    number = numbers.next()
    if len(slot.choices) == 1:
        return f"${{{number}:{slot.choices[0]}}}"
    return f"${{{number}|{','.join(slot.choices)}|}}"


def _choice(words: tuple[str, ...]) -> str:
    return f"${{1|{','.join(words)}|}}"


_PLACE: Final = re.compile(
    r"\$\{\d+:(?P<default>[^}]*)\}|\$\{\d+\|(?P<first>[^,|]*)[^|]*\|\}|\$0|\\(?P<escaped>[}$\\])"
)


def plain(snippet: str, *, filled: bool = True) -> str:
    """A snippet as ordinary text: without places, ``filled`` with defaults and first choices."""

    def text(found: re.Match[str]) -> str:
        value = found["default"] or found["first"] or ""
        return found["escaped"] or (value if filled else "")

    return _PLACE.sub(text, snippet)
