"""Which written values come from the clock: Jinja that asks for the date or the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from stateaware.config.contexts import JinjaPlace
from stateaware.config.reader import LOADED_AT_QUERY, MODEL_KEYS, Reader
from stateaware.rules.once import once_per_project
from stateaware.syntax.tree import Expression, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from stateaware.config.layers import Layer
    from stateaware.config.written import Written
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

_MARKS: Final = ("{{", "{%")
_STEPS: Final = (
    *(timedelta(days=days) for days in (0, 1, 2, 3, 4, 5, 6, 15, 31, 200)),
    *(timedelta(hours=hours) for hours in (5, 10, 15, 20)),
    timedelta(minutes=17, seconds=13),
)
"""How far the clock is moved to see whether a whole file sets something else at another time."""


@once_per_project
def asks_clock(project: Project) -> bool:
    """Whether any value of the project was rendered with the date or time."""
    project.written  # noqa: B018 - reading all values makes the contexts that remember it
    return any(context.used_clock for context in project.contexts.made)


def clock_leaves(project: Project, written: Written) -> Iterator[Node]:
    """The parts of a setting whose Jinja asks for the clock when dbt parses the project."""
    if written.key == LOADED_AT_QUERY:
        return  # rendered when it runs
    place = jinja_place(written.setting.layer)
    for leaf in _leaves(written.setting.node):
        reader = Reader(project.profile, project.contexts.maker(place, written.package))
        reader.expand(leaf)
        if reader.context.used_clock:
            yield leaf


def jinja_place(layer: Layer) -> JinjaPlace:
    """Where the Jinja of a layer is rendered."""
    if layer.kind == "config()":
        return "sql"
    return "project" if layer.kind in ("models", "project", "folder", "file") else "properties"


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from _leaves(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _leaves(item)
    elif isinstance(node, Expression) or (
        isinstance(node, Scalar) and node.style != "native" and any(mark in node.text for mark in _MARKS)
    ):
        yield node


def varying_keys(project: Project, model: ModelNode) -> set[str]:
    """The keys that a model's code sets to something else at another time, as rendering the file shows."""
    text = project.text(model.file.file)
    if text is None:
        return set()
    now = project.options.now
    start = now if isinstance(now, datetime) else datetime.now(timezone.utc)
    seen: dict[str, set[str]] = {}
    for step in _STEPS:
        found = _configured(project, model, text, start + step)
        if found is None:
            return set()
        for key in MODEL_KEYS:
            seen.setdefault(key, set()).add(found.get(key, ""))
    return {key for key, values in seen.items() if len(values) > 1}


def _configured(project: Project, model: ModelNode, text: str, now: datetime) -> dict[str, str] | None:
    """What ``config()`` calls hand over at a moment; None where the clock is not asked."""
    from dataclasses import replace

    from stateaware.syntax.jinja import Reads, render_model

    context = replace(project.contexts.maker("sql", model.package)(), now=now, reads=Reads())
    rendered = render_model(text, context)
    if not context.used_clock:
        return None
    return {key: repr(value) for call in rendered.configs for key, value in call.arguments.items()}
