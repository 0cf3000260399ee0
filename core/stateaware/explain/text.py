"""An explanation as lines of text, for the terminal and, word for word, for hovers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stateaware.config.reader import FRESHNESS
from stateaware.explain.explanation import Explanation, LayerLine, Status, ValueLine
from stateaware.explain.folder import FolderExplanation
from stateaware.graph.nodes import SourceNode
from stateaware.text.pieces import Line, Piece, Tone, plain_line
from stateaware.workspace import Project

_LABEL_WIDTH: Final = 14
HOLDS: Final = ("in force", "partly in force", "clears")
"""What becomes of places that have a say."""
_TONES: Final[dict[Status, Tone]] = {
    "in force": "passed",
    "partly in force": "passed",
    "clears": "passed",
    "dropped": "warning",
    "not valid": "error",
}


def render_explanation(project: Project, explanation: Explanation) -> str:
    """The text of ``explain``, without colours and without a final line break."""
    return "\n".join(plain_line(line) for line in explanation_lines(explanation))


def explanation_lines(explanation: Explanation) -> Iterator[Line]:
    """The lines of ``explain``."""
    node = explanation.node
    space = " " * max(50 - len(node.unique_id), 0) or "  "
    yield Piece(node.unique_id, "strong"), Piece(f"{space}{node.file.file}")
    for value in explanation.values:
        yield ()
        yield from _value(value, isinstance(node, SourceNode))
    if explanation.parents:
        yield _label("parents"), Piece(parents_text(explanation))
    if explanation.conclusion:
        yield _label("so"), Piece(explanation.conclusion)


def folder_lines(folder: FolderExplanation) -> Iterator[Line]:
    """The lines about a place of dbt_project.yml."""
    yield (Piece(folder.title, "strong"),)
    for value in folder.values:
        yield ()
        yield from _value(value.line, folder.resource == "source")
        yield (Piece(f"  {value.reach_text}"),)


def _label(text: str) -> Piece:
    return Piece(f"{text:<{_LABEL_WIDTH}}{'  ' if len(text) >= _LABEL_WIDTH else ''}", "strong")


def _short(unique_id: str) -> str:
    kind, _, rest = unique_id.partition(".")
    name = rest.partition(".")[2]
    return name if kind == "model" else f"{kind} {name}"


def parents_text(explanation: Explanation) -> str:
    """The direct parents and what matters about them."""
    listed = ", ".join(f"{_short(p.unique_id)} ({p.text})" for p in explanation.parents)
    return listed if explanation.complete else f"{listed}, and some that only dbt can tell"


def value_label(value: ValueLine, source: bool) -> str:
    """What stands before a value: its key, ``build_after`` for a model's freshness."""
    return value.key if source or value.key != FRESHNESS else "build_after"


def value_text(value: ValueLine, source: bool) -> str:
    """A value in words, behind its label."""
    if value_label(value, source) == "build_after" and value.effective.winner is None:
        return value.text.removeprefix("no build_after: ")
    return value.text


def _value(value: ValueLine, source: bool) -> Iterator[Line]:
    yield _label(value_label(value, source)), Piece(value_text(value, source))
    places = [f"{line.setting.file}:{line.setting.span.line}" for line in value.layers]
    labels = [line.setting.layer.label for line in value.layers]
    widths = [max(map(len, column), default=0) for column in (places, labels, [v.text for v in value.layers])]
    for line, place, name in zip(value.layers, places, labels, strict=True):
        yield _layer(line, place, name, widths)
    for note in value.notes:
        yield (Piece(f"  {note}"),)
    for other in value.engines:
        yield Piece(f"  {other.title}: ", "warning"), Piece(other.text)
    if value.layers and value.same_engines and not value.engines:
        yield (Piece(f"  the same on {' and '.join(value.same_engines)}", "dim"),)


def _layer(line: LayerLine, place: str, name: str, widths: list[int]) -> Line:
    mark = ">" if line.status in HOLDS else " "
    columns = (place.ljust(widths[0]), name.ljust(widths[1]), line.text.ljust(min(widths[2], 60)))
    tone = _TONES.get(line.status, "dim")
    shown: Tone = "" if line.status in HOLDS else "dim"
    lead = Piece(f"  {mark} ", tone if line.status in HOLDS else "")
    return lead, Piece(f"{columns[0]}   {columns[1]}   {columns[2]}   ", shown), Piece(line.status, tone)
