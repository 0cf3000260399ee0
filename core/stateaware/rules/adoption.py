"""Rules about ignore comments: unlike all others they judge the run rather than the project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Edit
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.syntax.ignores import Code, Ignore
from stateaware.text.source import line_index
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class IgnoreUse:
    """An ignore comment and what came of it; the ``data`` of the subjects of an `IgnoreRule`.

    ``unused`` are the codes whose rules ran over the file and said nothing that the comment covers.
    ``idle`` is true when that holds for the comment as a whole.
    """

    ignore: Ignore
    unused: tuple[Code, ...] = ()
    idle: bool = False


class IgnoreRule(Rule):
    """A rule about ignore comments.

    Only the run knows what a comment silenced, so the run makes the subjects, after all other rules
    are done, with an `IgnoreUse` each; ``subjects`` itself has none.
    """

    group = "adoption"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """None: see the class."""
        return ()


def use_of(subject: Subject) -> IgnoreUse:
    """The `IgnoreUse` that a subject carries."""
    if not isinstance(subject.data, IgnoreUse):
        raise TypeError(f"the subject {subject.label} of {subject.place.file} was not made by the run")
    return subject.data


def remove_comment(file: str, text: str, span: Span) -> Edit:
    """Takes a comment away: its whole line where nothing else stands there, else the blanks before it too."""
    index = line_index(text)
    start, end = index.offset(span.line, span.column), index.offset(span.end_line, span.end_column)
    line_start = index.offset(span.line, 1)
    before, after = text[line_start:start], index.line_text(span.end_line)[span.end_column - 1 :]
    if not before.strip() and not after.strip():
        start, end = line_start, index.offset(span.end_line + 1, 1)
    elif not after.strip():
        start = line_start + len(before.rstrip())
    return Edit(file, index.span(start, end), "")


def remove_codes(file: str, text: str, ignore: Ignore, unwanted: tuple[Code, ...]) -> Edit:
    """Takes codes out of the brackets and keeps the others in their order."""
    kept = [code.text for code in ignore.codes if code not in unwanted]
    first, last = ignore.codes[0].span, ignore.codes[-1].span
    return Edit(file, Span(first.line, first.column, last.end_line, last.end_column), ", ".join(kept))
