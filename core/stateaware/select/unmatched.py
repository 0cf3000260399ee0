"""What to say of a part of a selection that matches nothing: a warning, as in dbt."""

from __future__ import annotations

from collections.abc import Iterator

from stateaware.errors import SelectionError, did_you_mean
from stateaware.select.criterion import Criterion, parse_criterion
from stateaware.select.patterns import is_wild
from stateaware.select.selectable import Selectable

_ALL = ("tag", "package", "group")


def describe_unmatched(graph: Selectable, raw: str) -> str:
    """One line for an entry of `Selection.unmatched`, with the name that was probably meant.

    Nothing is suggested for wildcards, paths, intersections and methods whose values are not names.
    """
    meant = ""
    if "," not in raw and not is_wild(raw):
        try:
            criterion = parse_criterion(raw, {})
        except SelectionError:
            criterion = None
        if criterion is not None and isinstance(criterion.value, str):
            meant = did_you_mean(criterion.value, dict.fromkeys(_names(graph, criterion)))
    return f"`{raw}` matches nothing" + (f", {meant}" if meant else "")


def _names(graph: Selectable, criterion: Criterion) -> Iterator[str]:
    """What the value of a criterion could be."""
    value, method = str(criterion.value), criterion.method
    if method == "fqn":
        if "." in value:
            yield from (
                short if value.count(".") <= short.count(".") else full for _, full, short, _ in graph.names
            )
        else:
            yield from (leaf for *_, leaf in graph.names)
    elif method == "source":
        for one in graph.by_type.get("source", ()):
            yield f"{one.source_name}.{one.name}" if "." in value else one.source_name
    elif method in ("exposure", "metric", "semantic_model", "saved_query", "unit_test"):
        yield from (one.name for one in graph.by_type.get(method, ()))
    elif method in _ALL:
        for one in graph.resources.values():
            yield from one.tags if method == "tag" else (one.package if method == "package" else one.group,)
