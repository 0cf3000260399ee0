"""Settings that the command line puts in place of those in force: ``--set 'stg_*.build_after=1d'``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, cast

from stateaware.config.durations import parse_duration
from stateaware.errors import UsageError, suggest
from stateaware.forecast.basis import Basis
from stateaware.forecast.origin import Ground
from stateaware.forecast.selecting import select_nodes
from stateaware.plan.lineage import Lineage
from stateaware.plan.nodes import NO_WINDOW, Node, Waits, Window
from stateaware.plan.words import span_words
from stateaware.records import dataclass, replace
from stateaware.rules.spans_of_time import SECONDS

_EXAMPLES: Final = "Write it like these: 'stg_*.build_after=1d', fct_orders.updates_on=any"
_NONE: Final = ("none", "null")
_WHERE: Final = "--set"


@dataclass(frozen=True, slots=True)
class Override:
    """Nodes, in dbt's selection syntax, a key, and its value; ``text`` as it was written."""

    nodes: str
    key: str
    value: str
    text: str


def parse_override(text: str) -> Override:
    """Read ``NODES.KEY=VALUE``.

    Raises:
        UsageError: it cannot be read.
    """
    left, sign, value = (part.strip() for part in text.rpartition("="))
    nodes, _, key = left.rpartition(".")
    if not sign or not nodes:
        raise UsageError(f"--set: `{text}` cannot be read", _EXAMPLES)
    if key not in _WRITE:
        remedy = suggest(key, _WRITE, f"The keys are {', '.join(_WRITE)}.")
        raise UsageError(f"--set: `{key}` is no setting that decides when a model is built", remedy)
    return Override(nodes.removeprefix("model:"), key, value, text.strip())


def with_overrides(basis: Basis, ground: Ground, overrides: Sequence[Override]) -> Basis:
    """The basis as it would be with other settings; of two for one node the later counts.

    Raises:
        UsageError: a value is none, or no model is selected.
        SelectionError: a selection cannot be read.
    """
    nodes = dict(basis.lineage.nodes)
    for override in overrides:
        for unique_id in selected_models(ground, override.nodes, basis.lineage.nodes.values(), "--set"):
            nodes[unique_id] = _WRITE[override.key](nodes[unique_id], override)
    return replace(basis, lineage=Lineage(nodes.values()))


def selected_models(ground: Ground, selection: str, nodes: Iterable[Node], option: str) -> list[str]:
    """The unique_ids of the models that a selection names, in the order of ``nodes``.

    Raises:
        UsageError: there is none; ``option`` is where it was written.
        SelectionError: it cannot be read.
    """
    found = select_nodes(ground, (selection,), ())
    wanted = frozenset() if found is None else found.unique_ids
    models = [node.unique_id for node in nodes if node.unique_id in wanted and node.traits.has_window]
    if not models:
        told = found.unmatched if found is not None else ()
        remedy = next((text for text in told if "?" in text), "stateaware ls shows what there is.")
        raise UsageError(f"{option}: no model is selected by `{selection}`", remedy)
    return models


def _write_build_after(node: Node, override: Override) -> Node:
    seconds = _length(override)
    waits = (node.build_after or NO_WINDOW).waits
    if seconds is None:
        return replace(node, build_after=Window(None, waits, where=_WHERE) if waits == "all" else None)
    return replace(node, build_after=Window(seconds, waits, words=span_words(seconds), where=_WHERE))


def _write_updates_on(node: Node, override: Override) -> Node:
    window = node.build_after or NO_WINDOW
    return replace(node, build_after=replace(window, waits=_waits(override), where=window.where or _WHERE))


def _write_lag_tolerance(node: Node, override: Override) -> Node:
    seconds = _length(override)
    window = None
    if seconds is not None:
        window = Window(seconds, words=span_words(seconds), where=_WHERE, key="lag_tolerance")
    return replace(node, state=replace(node.state, lag_tolerance=window))


def _write_fresh_data(node: Node, override: Override) -> Node:
    return replace(node, state=replace(node.state, waits=_waits(override)))


def _length(override: Override) -> int | None:
    if override.value.lower() in _NONE:
        return None
    length = (0, "minute") if override.value == "0" else parse_duration(override.value)
    if length is None:
        raise UsageError(
            f"--set: `{override.value}` is no length of time", "Write it like these: 4h, 30m, 1d, 0, none"
        )
    return length[0] * SECONDS[length[1]]


def _waits(override: Override) -> Waits:
    if override.value not in ("any", "all"):
        raise UsageError(f"--set: {override.key} is any or all, not `{override.value}`")
    return cast("Waits", override.value)


_WRITE: Final[dict[str, Callable[[Node, Override], Node]]] = {
    "build_after": _write_build_after,
    "updates_on": _write_updates_on,
    "lag_tolerance": _write_lag_tolerance,
    "require_fresh_data_from": _write_fresh_data,
}
