"""Writes the comment that silences a finding, where the reader of such comments finds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stateaware.findings import Edit, Finding
from stateaware.fix.edits import apply_edits
from stateaware.syntax.ignores import Ignore, find_ignores
from stateaware.syntax.sql import scan_sql
from stateaware.text.source import LineIndex
from stateaware.text.span import Span

REASON: Final = "reason"
"""What stands where the writer of the comment is to say why."""

_HIGHEST: Final = 100
"""How many lines above a finding a comment may stand: a tag can be long."""


def suppress(text: str, finding: Finding) -> tuple[Edit, ...]:
    """An ignore comment for a finding in the text of its file; empty where none would be read.

    A comment that is there already gets one code more. Else it stands behind the line, above what
    the finding is about, or at the top of the file for one about the whole file.
    """
    file, span = finding.place.file, finding.place.span
    for ignore in find_ignores(file, text):
        if ignore.codes and ignore.covers(span) and not ignore.problem:
            last = ignore.codes[-1].span
            return (Edit(file, Span.at(*last[2:]), f", {finding.code}"),)
    index = LineIndex(text)
    for edit, shift in _candidates(file, index, finding):
        moved = span and Span(span.line + shift, span.column, span.end_line + shift, span.end_column)
        new = apply_edits(text, [edit])
        read = any(_silences(ignore, finding.code, moved) for ignore in find_ignores(file, new))
        if read and _reads_as_before(file, text, new):
            return (edit,)
    return ()


def _silences(ignore: Ignore, code: str, span: Span | None) -> bool:
    return any(each.text == code for each in ignore.codes) and ignore.covers(span)


def _reads_as_before(file: str, text: str, new: str) -> bool:
    """Whether a comment does not stand in the middle of a Jinja tag."""
    if not file.lower().endswith(".sql"):
        return True
    before, after = scan_sql(text), scan_sql(new)
    return len(before.configs) == len(after.configs) and (before.problem is None) == (after.problem is None)


def _candidates(file: str, index: LineIndex, finding: Finding) -> Iterator[tuple[Edit, int]]:
    """Places for the comment with how many lines they push the finding down, the best first."""
    code, span = finding.code, finding.place.span
    if span is None:
        yield Edit(file, Span.at(1, 1), _comment(file, f"ignore-file[{code}]") + "\n"), 1
        return
    comment = _comment(file, f"ignore[{code}]")
    content = index.line_text(span.line)
    gap = "  " if comment.startswith("#") else " "
    end = len(content.rstrip())
    yield Edit(file, Span(span.line, end + 1, span.line, len(content) + 1), gap + comment), 0
    for line in range(span.line, max(0, span.line - _HIGHEST), -1):
        content = index.line_text(line)
        indent = content[: len(content) - len(content.lstrip())]
        yield Edit(file, Span.at(line, 1), f"{indent}{comment}\n"), 1


def _comment(file: str, directive: str) -> str:
    body = f"stateaware: {directive} {REASON}"
    if file.lower().endswith((".yml", ".yaml", ".py")):
        return f"# {body}"
    return f"{{# {body} #}}"
