"""An explanation as lines of text, for the terminal and, word for word, for hovers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stateaware.explain.explanation import Explanation, LayerLine, Status, ValueLine
from stateaware.graph.nodes import SourceNode
from stateaware.text.pieces import Line, Piece, Tone, plain_line
from stateaware.workspace import Project

_LABEL_WIDTH: Final = 14
_HOLDS: Final = ("in force", "partly in force", "clears")
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
        listed = ", ".join(f"{_short(p.unique_id)} ({p.text})" for p in explanation.parents)
        more = "" if explanation.complete else ", and some that only dbt can tell"
        yield _label("parents"), Piece(f"{listed}{more}")
    if explanation.conclusion:
        yield _label("so"), Piece(explanation.conclusion)


def _label(text: str) -> Piece:
    return Piece(f"{text:<{_LABEL_WIDTH}}{'  ' if len(text) >= _LABEL_WIDTH else ''}", "strong")


def _short(unique_id: str) -> str:
    kind, _, rest = unique_id.partition(".")
    name = rest.partition(".")[2]
    return name if kind == "model" else f"{kind} {name}"


def _value(value: ValueLine, source: bool) -> Iterator[Line]:
    label = value.key if source or value.key != "freshness" else "build_after"
    text = value.text
    if label == "build_after":
        text = text.removeprefix("no build_after: ") if value.effective.winner is None else text
    yield _label(label), Piece(text)
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
    mark = ">" if line.status in _HOLDS else " "
    columns = (place.ljust(widths[0]), name.ljust(widths[1]), line.text.ljust(min(widths[2], 60)))
    tone = _TONES.get(line.status, "dim")
    shown: Tone = "" if line.status in _HOLDS else "dim"
    lead = Piece(f"  {mark} ", tone if line.status in _HOLDS else "")
    return lead, Piece(f"{columns[0]}   {columns[1]}   {columns[2]}   ", shown), Piece(line.status, tone)
