"""An explanation as lines of text, for the terminal and, word for word, for hovers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stateaware.explain.explanation import Explanation, LayerLine, ValueLine
from stateaware.graph.nodes import SourceNode
from stateaware.workspace import Project

_LABEL_WIDTH: Final = 14


def render_explanation(project: Project, explanation: Explanation) -> str:
    """The text of ``explain``, without a final line break."""
    node = explanation.node
    lines = [f"{node.unique_id:<50}{'' if len(node.unique_id) < 50 else '  '}{node.file.file}"]
    for value in explanation.values:
        lines.append("")
        lines.extend(_value(project, value, isinstance(node, SourceNode)))
    if explanation.parents:
        listed = ", ".join(f"{_short(p.unique_id)} ({p.text})" for p in explanation.parents)
        more = "" if explanation.complete else ", and some that only dbt can tell"
        lines.append(f"{'parents':<{_LABEL_WIDTH}}{listed}{more}")
    if explanation.conclusion:
        lines.append(f"{'so':<{_LABEL_WIDTH}}{explanation.conclusion}")
    # a name may hold line breaks, and must not look like more than one line
    return "\n".join(" ".join(line.splitlines()) for line in lines)


def _short(unique_id: str) -> str:
    kind, _, rest = unique_id.partition(".")
    name = rest.partition(".")[2]
    return name if kind == "model" else f"{kind} {name}"


def _value(project: Project, value: ValueLine, source: bool) -> Iterator[str]:
    label = value.key if source or value.key != "freshness" else "build_after"
    text = value.text
    if label == "build_after":
        text = text.removeprefix("no build_after: ") if value.effective.winner is None else text
    yield f"{label:<{_LABEL_WIDTH}}{'  ' if len(label) >= _LABEL_WIDTH else ''}{text}"
    places = [f"{line.setting.file}:{line.setting.span.line}" for line in value.layers]
    labels = [line.setting.layer.label for line in value.layers]
    widths = [max(map(len, column), default=0) for column in (places, labels, [v.text for v in value.layers])]
    for line, place, name in zip(value.layers, places, labels, strict=True):
        yield _layer(line, place, name, widths)
    for note in value.notes:
        yield f"  {note}"
    for other in value.engines:
        yield f"  {other.title}: {other.text}"
    if value.layers and value.same_engines and not value.engines:
        yield f"  the same on {' and '.join(value.same_engines)}"


def _layer(line: LayerLine, place: str, name: str, widths: list[int]) -> str:
    mark = ">" if line.status in ("in force", "partly in force", "clears") else " "
    columns = (place.ljust(widths[0]), name.ljust(widths[1]), line.text.ljust(min(widths[2], 60)))
    return f"  {mark} {columns[0]}   {columns[1]}   {columns[2]}   {line.status}".rstrip()
