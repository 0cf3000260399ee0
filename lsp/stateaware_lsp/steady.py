"""Lenses that stay where they are while somebody types."""

from __future__ import annotations

from functools import partial

from stateaware.locate.lenses import Lens, lenses
from stateaware.records import dataclass, replace
from stateaware.text.source import LineIndex
from stateaware.text.span import Span
from stateaware_lsp.server import Located


@dataclass(frozen=True, slots=True)
class _Said:
    """The lenses of a text, each with the line that it is about, and how many lines there were."""

    lines: int
    lenses: tuple[tuple[str, Lens], ...]


class SteadyLenses:
    """The lenses of documents; where a text cannot be read those that it had before stay at their lines.

    A lens that goes and comes while one types makes the text jump.
    """

    def __init__(self) -> None:
        self._said: dict[str, _Said] = {}

    def of(self, located: Located) -> list[Lens]:
        """The lenses of a document, in written order."""
        stale = located.project.index.stale(located.path)
        found = [] if stale else list(lenses(located.view, located.file))
        index = located.positions.index
        before = self._said.get(located.uri)
        if before is not None and (stale or _is_broken(located)):
            code = located.path in located.project.index.inputs.code
            found = _kept(before, [] if code else found, index)
        found.sort(key=_start)
        self._said[located.uri] = _Said(
            len(index), tuple((index.line_text(lens.span.line), lens) for lens in found)
        )
        return found

    def forget(self, uri: str) -> None:
        """A document is none of a project any more."""
        self._said.pop(uri, None)


def _is_broken(located: Located) -> bool:
    """Whether only a part of a file can be read."""
    code = located.project.index.inputs.code.get(located.path)
    if code is not None:
        return code.facts.problem is not None
    return located.file in located.view.broken_files


def _kept(before: _Said, found: list[Lens], index: LineIndex) -> list[Lens]:
    """What is said now, and what was said before about lines of which nothing is said now."""
    taken = {lens.span.line for lens in found}
    numbers: dict[str, list[int]] = {}
    for number in range(1, len(index) + 1):
        numbers.setdefault(index.line_text(number), []).append(number)
    groups: dict[tuple[str, int], list[Lens]] = {}
    for text, lens in before.lenses:
        groups.setdefault((text, lens.span.line), []).append(lens)
    out = list(found)
    for (text, was), lenses_there in groups.items():
        # a line that is nowhere is itself being typed
        places = numbers.get(text) or ([was] if len(index) == before.lines else [])
        free = [number for number in places if number not in taken]
        if free:
            line = min(free, key=partial(_distance, was))
            taken.add(line)
            out += [replace(lens, span=_at(line, lens.span)) for lens in lenses_there]
    return out


def _distance(line: int, other: int) -> int:
    return abs(line - other)


def _at(line: int, span: Span) -> Span:
    return Span(line, span.column, line + span.end_line - span.line, span.end_column)


def _start(lens: Lens) -> Span:
    return lens.span
