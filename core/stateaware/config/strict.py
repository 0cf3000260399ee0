"""Reading freshness and state blocks as dbt v2 does: typed, every value checked, unknown keys told.

Observed with dbt v2 preview.196; each function names the cases that pin it. The recorded cases live
in tests/conformance.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from stateaware.config.durations import parse_duration
from stateaware.config.values import Block, JinjaFailure, Presence, Problem
from stateaware.syntax.tree import Mapping, Node, Scalar, Unknown

I64_MAX: Final = 2**63 - 1
PERIODS: Final = ("second", "minute", "hour", "day")
UPDATES_ON: Final = ("any", "all")
PRE_CLONE: Final = ("never", "if_missing", "always")
HOOKS_ALIAS: Final = "execute_hooks_on_reuse"

_DIGITS: Final = re.compile(r"[+-]?[0-9]{1,19}\Z")

Path: TypeAlias = tuple[str, ...]
FieldReader: TypeAlias = Callable[["_Read", Node, Path], object]


class _Read:
    """Collects what is wrong and what is unknown while a block is read."""

    __slots__ = ("problems", "unknown")

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.unknown: Unknown | None = None

    def fail(self, kind: str, node: Node, path: Path, value: object, expected: str = "") -> None:
        self.problems.append(Problem(kind, node, path, value, expected))  # type: ignore[arg-type]

    def scalar(self, node: Node, path: Path) -> tuple[bool, object]:
        """Whether there is a plain value to look at, and the value."""
        if not isinstance(node, Scalar):
            return True, node
        if isinstance(node.native, Unknown):
            self.unknown = self.unknown or node.native
            return False, None
        if isinstance(node.native, JinjaFailure):
            self.fail("jinja", node, path, node.native, node.native.message)
            return False, None
        return True, node.native

    def block(self, presence: Presence, value: object, tree: Node) -> Block:
        if any(problem.kind not in ("unknown-key", "dropped") for problem in self.problems):
            presence = "invalid"
        elif self.unknown is not None:
            presence = "unknown"
        return Block(presence, value, tree, tuple(self.problems), self.unknown)


def _integer(read: _Read, node: Node, path: Path) -> object:
    known, value = read.scalar(node, path)
    if not known or value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        read.fail("type", node, path, value, "integer")
        return None
    if not -I64_MAX - 1 <= value <= I64_MAX:
        read.fail("type", node, path, value, "integer of 64 bits")
        return None
    return value


def _word(words: tuple[str, ...]) -> FieldReader:
    def read_word(read: _Read, node: Node, path: Path) -> object:
        known, value = read.scalar(node, path)
        if not known or value is None:
            return None
        if not isinstance(value, str) or value not in words:
            read.fail("variant", node, path, value, "|".join(words))
            return None
        return value

    return read_word


def _of_type(kind: type, expected: str) -> FieldReader:
    def read_value(read: _Read, node: Node, path: Path) -> object:
        known, value = read.scalar(node, path)
        if not known or value is None:
            return None
        if not isinstance(value, kind):
            read.fail("type", node, path, value, expected)
            return None
        return value

    return read_value


_boolean: Final = _of_type(bool, "true or false")
_string: Final = _of_type(str, "text")


def _lenient_count(read: _Read, node: Node, path: Path) -> object:
    """A source threshold's count: numeric text is taken, anything else becomes null [src_val_*]."""
    known, value = read.scalar(node, path)
    if not known or value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DIGITS.match(value):
        return int(value)
    read.fail("dropped", node, path, value, "integer")
    return None


def _struct(
    read: _Read, node: Node, path: Path, fields: dict[str, FieldReader], tell_unknown: bool = True
) -> dict[str, object] | None:
    """A map with known keys; None where the value is null or no map. Absent keys are absent."""
    if not isinstance(node, Mapping):
        known, value = read.scalar(node, path)
        if known and value is not None:
            read.fail("type", node, path, value, "map")
        return None
    found: dict[str, object] = {}
    for entry in node.entries:
        key = entry.key.text
        reader = fields.get(key)
        if reader is not None:
            found[key] = reader(read, entry.value, (*path, key))
        elif tell_unknown:
            read.fail("unknown-key", entry.key, (*path, key), key)
    return found


_RULES: Final[dict[str, FieldReader]] = {
    "count": _integer,
    "period": _word(PERIODS),
    "updates_on": _word(UPDATES_ON),
}


def _build_after(read: _Read, node: Node, path: Path) -> object:
    found = _struct(read, node, path, _RULES)
    return None if found is None else {key: found.get(key) for key in _RULES}


def read_model_freshness(node: Node) -> Block:
    """``freshness`` of a model: ``{}`` or ``{build_after: {count, period, updates_on}}`` [null_*]."""
    read = _Read()
    found = _struct(read, node, ("freshness",), {"build_after": _build_after})
    if found is None:
        return read.block("null", None, node)
    value = {"build_after": found["build_after"]} if found.get("build_after") is not None else {}
    return read.block("set", value, node)


def _lag_tolerance(read: _Read, node: Node, path: Path) -> object:
    if isinstance(node, Mapping):
        # unknown keys in here are dropped without a word [state_08]
        found = _struct(read, node, path, _RULES, tell_unknown=False)
        return None if found is None else {key: found.get(key) for key in _RULES}
    known, value = read.scalar(node, path)
    if not known or value is None:
        return None
    duration = parse_duration(value) if isinstance(value, str) else None
    if duration is None:
        read.fail("duration" if isinstance(value, str) else "type", node, path, value, "duration")
        return None
    return {"count": duration[0], "period": duration[1], "updates_on": None}


_STATE: Final[dict[str, FieldReader]] = {
    "lag_tolerance": _lag_tolerance,
    "require_fresh_data_from": _word(UPDATES_ON),
    "evaluate_volatile_sql": _boolean,
    "pre_clone": _word(PRE_CLONE),
    "execute_hooks_on_any_reuse": _boolean,
    HOOKS_ALIAS: _boolean,
}
STATE_KEYS: Final = tuple(key for key in _STATE if key != HOOKS_ALIAS)
NEWER_STATE_KEYS: Final = ("compare_unrendered_code",)
"""Documented, but unknown to preview.196, which reports them."""


def read_state(node: Node) -> Block:
    """``state`` of a model; nulls inside are as if absent [state_10]."""
    read = _Read()
    found = _struct(read, node, ("state",), _STATE)
    if found is None:
        return read.block("null", None, node)
    if "execute_hooks_on_any_reuse" in found and HOOKS_ALIAS in found and isinstance(node, Mapping):
        # serde sees one field twice and refuses it
        read.fail("type", node, ("state", HOOKS_ALIAS), HOOKS_ALIAS, "one of the two names")
    if found.get(HOOKS_ALIAS) is not None:
        found["execute_hooks_on_any_reuse"] = found[HOOKS_ALIAS]
    value = {key: found[key] for key in STATE_KEYS if found.get(key) is not None}
    return read.block("set", value, node)


_THRESHOLD: Final[dict[str, FieldReader]] = {"count": _lenient_count, "period": _word(PERIODS)}


def _threshold(read: _Read, node: Node, path: Path) -> object:
    found = _struct(read, node, path, _THRESHOLD)
    return None if found is None else {key: found.get(key) for key in _THRESHOLD}


_SOURCE: Final[dict[str, FieldReader]] = {
    "warn_after": _threshold,
    "error_after": _threshold,
    "filter": _string,
    "loaded_at_field": _string,
    "loaded_at_query": _string,
}


def read_source_freshness(node: Node) -> Block:
    """``freshness`` of a source or table: the keys that are written and not null."""
    read = _Read()
    found = _struct(read, node, ("freshness",), _SOURCE)
    if found is None:
        return read.block("null", None, node)
    return read.block("set", {key: value for key, value in found.items() if value is not None}, node)


def read_text(node: Node, key: str) -> Block:
    """``loaded_at_field`` or ``loaded_at_query``: text, or null for absent [src_53 src_39]."""
    read = _Read()
    value = _string(read, node, (key,))
    return read.block("null" if value is None else "set", value, node)
