"""Small edits of values and keys that keep the quoting around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stateaware.findings import Edit, Fix, Place
from stateaware.syntax.tree import Node, Scalar
from stateaware.text.source import line_index
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

_QUOTES: Final = "\"'"


def written_text(project: Project, file: str, span: Span) -> str | None:
    """The text of a range on one line; None where the range has several lines or the file is gone."""
    text = project.text(file)
    if text is None or span.line != span.end_line:
        return None
    return line_index(text).line_text(span.line)[span.column - 1 : span.end_column - 1]


def replace_word(project: Project, file: str, span: Span, old: str, new: str, title: str = "") -> Fix | None:
    """A safe fix that puts one word (a key, a period) in the place of another, in the same quotes.

    None where the text in the range is not the old word: Jinja made it.
    """
    text = written_text(project, file, span)
    if text is None:
        return None
    quote = text[0] if len(text) > 1 and text[0] in _QUOTES and text[-1] == text[0] else ""
    inner = text[1:-1] if quote else text
    if inner != old or not _plain(old):
        return None
    if not quote and is_code(file) and not old.isidentifier():
        return None
    return Fix(title or f"Write `{new}`", (Edit(file, span, f"{quote}{new}{quote}"),))


def replace_value(
    project: Project, file: str, span: Span, old: object, new: str, title: str, *, safe: bool = True
) -> Fix | None:
    """A fix that puts a whole value in the place of another, quotes included.

    None where the text in the range is not the old value as one would write it.
    """
    text = written_text(project, file, span)
    if text is None:
        return None
    inner = text[1:-1] if len(text) > 1 and text[0] in _QUOTES and text[-1] == text[0] else text
    if inner != str(old) and inner.lower() != str(old).lower():
        return None
    return Fix(title, (Edit(file, span, new),), safe)


_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL", "none", "None", "{}", "{{ none }}", "{{ None }}"})


def replace_null(project: Project, file: str, key: Span, node: Node, new: str) -> Fix | None:
    """A safe fix that writes a value where a null or ``{}`` stands, or nothing at all; ``key`` is its key.

    None where Jinja decides about the null.
    """
    text = written_text(project, file, node.span)
    if text is None:
        return None
    inner = text[1:-1] if len(text) > 1 and text[0] in _QUOTES and text[-1] == text[0] else text
    if inner.strip() not in _NULLS:
        return None
    span, before = node.span, ""
    if not text:
        colon = Span(key.end_line, key.end_column, key.end_line, key.end_column + 1)
        if written_text(project, file, colon) != ":":
            return None
        span, before = Span.at(key.end_line, key.end_column + 1), " "
    return Fix(f"Write `{new}`", (Edit(file, span, before + new),))


def value_place(file: str, key: Scalar, node: Node) -> Place:
    """The place of a value; of its key where nothing is written behind it."""
    return Place(file, key.span if node.span[:2] == node.span[2:] else node.span)


def is_code(file: str) -> bool:
    """Whether a file is SQL or Python, where words need quotes, rather than YAML."""
    return not file.lower().endswith((".yml", ".yaml"))


def build_after(file: str, count: int, period: str) -> str:
    """An interval as one would write it in a file: ``{count: 4, period: hour}``."""
    if not is_code(file):
        return f"{{count: {count}, period: {period}}}"
    quote = '"' if file.endswith(".py") else "'"
    return f"{{{quote}count{quote}: {count}, {quote}period{quote}: {quote}{period}{quote}}}"


def freshness(file: str, count: int, period: str) -> str:
    """A whole freshness block as one would write it in a file."""
    inner = build_after(file, count, period)
    if not is_code(file):
        return f"{{build_after: {inner}}}"
    quote = '"' if file.endswith(".py") else "'"
    return f"{{{quote}build_after{quote}: {inner}}}"


def _plain(word: str) -> bool:
    return bool(word) and not any(mark in word for mark in "\"'\\{}\n")
