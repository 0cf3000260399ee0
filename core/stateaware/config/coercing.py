"""Reading freshness blocks as dbt Core 1.11 does: coerced, and dropped where they make no sense.

dbt Core reads a model's freshness with mashumaro: ``int()`` on counts, enums for words, and no
freshness at all where there is no ``build_after`` (``ModelConfig.__pre_deserialize__``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stateaware.config.strict import I64_MAX, UPDATES_ON
from stateaware.config.values import Block, JinjaFailure, Problem, typed
from stateaware.syntax.tree import Mapping, Node, Unknown

PERIODS: Final = ("minute", "hour", "day")


class _Invalid(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _NotKnown(Exception):
    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown


def _value(node: Node, path: tuple[str, ...]) -> object:
    value = typed(node)
    if isinstance(value, Unknown):
        raise _NotKnown(value)
    if isinstance(value, JinjaFailure):
        raise _Invalid(Problem("jinja", node, path, value, value.message))
    return value


def _count(node: Node | None, path: tuple[str, ...]) -> int | None:
    value = None if node is None else _value(node, path)
    if node is None or value is None:
        return None
    try:
        count = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        raise _Invalid(Problem("type", node, path, value, "integer")) from None
    if not -I64_MAX - 1 <= count <= I64_MAX:
        raise _Invalid(Problem("type", node, path, value, "integer of 64 bits"))
    return int(count)


def _word(node: Node | None, path: tuple[str, ...], words: tuple[str, ...], default: str | None) -> object:
    if node is None:
        return default
    value = _value(node, path)
    if value is None and default is None:
        return None
    if not isinstance(value, str) or value not in words:
        raise _Invalid(Problem("variant", node, path, value, "|".join(words)))
    return value


def _rules(node: Node, path: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(node, Mapping):
        value = _value(node, path)
        raise _Invalid(Problem("type", node, path, value, "map"))
    # updates_on is not optional in dbt Core: null is as wrong as any other word
    return {
        "count": _count(node.value("count"), (*path, "count")),
        "period": _word(node.value("period"), (*path, "period"), PERIODS, None),
        "updates_on": _word(node.value("updates_on"), (*path, "updates_on"), UPDATES_ON, "any"),
    }


def read_model_freshness(node: Node) -> Block:
    """``freshness`` of a model; anything without a ``build_after`` counts as null [null_09..12]."""
    try:
        if not isinstance(node, Mapping):
            value = _value(node, ("freshness",))
            return Block("null" if value is None else "ignored", None, node)
        build_after = node.value("build_after")
        if build_after is None:
            return Block("ignored", None, node)
        return Block("set", {"build_after": _rules(build_after, ("freshness", "build_after"))}, node)
    except _Invalid as wrong:
        return Block("invalid", None, node, (wrong.problem,))
    except _NotKnown as found:
        return Block("unknown", None, node, (), found.unknown)


def read_state(node: Node) -> Block:
    """``state`` is no key of dbt Core: kept as written, as any custom key."""
    value = typed(node)
    for part in _leaves(value):
        if isinstance(part, Unknown):
            return Block("unknown", None, node, (), part)
        if isinstance(part, JinjaFailure):
            return Block("invalid", None, node, (Problem("jinja", node, ("state",), part, part.message),))
    return Block("null" if value is None else "set", value, node)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def _threshold(node: Node | None, path: tuple[str, ...]) -> dict[str, object] | None:
    if node is None:
        return {"count": None, "period": None}
    if not isinstance(node, Mapping):
        value = _value(node, path)
        if value is None:
            return None
        raise _Invalid(Problem("type", node, path, value, "map"))
    return {
        "count": _count(node.value("count"), (*path, "count")),
        "period": _word(node.value("period"), (*path, "period"), PERIODS, None),
    }


def read_source_freshness(node: Node) -> Block:
    """``freshness`` of a source: both thresholds and the filter, with dbt Core's defaults filled in."""
    try:
        if not isinstance(node, Mapping):
            value = _value(node, ("freshness",))
            if value is None:
                return Block("null", None, node)
            raise _Invalid(Problem("type", node, ("freshness",), value, "map"))  # noqa: TRY301
        text = node.value("filter")
        value = None if text is None else _value(text, ("freshness", "filter"))
        if value is not None and not isinstance(value, str):
            value = str(value)
        return Block(
            "set",
            {
                "warn_after": _threshold(node.value("warn_after"), ("freshness", "warn_after")),
                "error_after": _threshold(node.value("error_after"), ("freshness", "error_after")),
                "filter": value,
            },
            node,
        )
    except _Invalid as wrong:
        return Block("invalid", None, node, (wrong.problem,))
    except _NotKnown as found:
        return Block("unknown", None, node, (), found.unknown)


def read_text(node: Node, key: str) -> Block:
    """``loaded_at_field`` or ``loaded_at_query``."""
    try:
        value = _value(node, (key,))
    except _Invalid as wrong:
        return Block("invalid", None, node, (wrong.problem,))
    except _NotKnown as found:
        return Block("unknown", None, node, (), found.unknown)
    if value is None:
        return Block("null", None, node)
    if not isinstance(value, str):
        return Block("invalid", None, node, (Problem("type", node, (key,), value, "text"),))
    return Block("set", value, node)
