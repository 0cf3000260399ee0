"""What keys of ours may stand in which map, and what values they take."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from stateaware.complete.cursor import ITEM
from stateaware.config.profiles import Profile
from stateaware.config.strict import STATE_KEYS
from stateaware.records import dataclass

FileKind: TypeAlias = Literal["properties", "project", "code"]

Spot: TypeAlias = Literal[
    "models",
    "model item",
    "versions",
    "version item",
    "model config",
    "model tree",
    "model freshness",
    "build_after",
    "state",
    "lag_tolerance",
    "sources",
    "source item",
    "tables",
    "table item",
    "source config",
    "source tree",
    "source freshness",
    "threshold",
]
"""A map or list of a file in which keys of ours may stand, or that leads to one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a block that its writer fills in: the first of ``choices`` until then.

    ``text``: it needs quotes in code.
    """

    choices: tuple[str, ...]
    text: bool = True


Block: TypeAlias = "dict[str, Block] | Slot"


@dataclass(frozen=True, slots=True)
class Key:
    """A key: ``takes`` says in short what it takes, ``blocks`` are ways to write it with all in it.

    ``words`` are the values that it takes where they are few; ``bare`` ones are no text in code.
    """

    name: str
    takes: str
    blocks: tuple[tuple[str, Block], ...] = ()
    words: tuple[str, ...] = ()
    bare: bool = False


def _interval(count: str, *periods: str) -> dict[str, Block]:
    return {"count": Slot((count,), text=False), "period": Slot(periods)}


_EVERY_FOUR: Final = _interval("4", "hour", "minute", "day")
_ALL_PARENTS: Final[dict[str, Block]] = {**_EVERY_FOUR, "updates_on": Slot(("all", "any"))}
_WARN: Final = _interval("12", "hour", "minute", "day")
_ERROR: Final = _interval("24", "hour", "minute", "day")

_COUNT_KEY: Final = Key("count", "whole number · needs period")
_PERIOD: Final = Key(
    "period",
    "minute | hour | day · needs count",
    words=("hour", "minute", "day"),
)
_SWITCH: Final = ("true", "false")
_LOADED_AT_FIELD: Final = Key("loaded_at_field", "column or SQL expression · not with loaded_at_query")
_LOADED_AT_QUERY: Final = Key("loaded_at_query", "SQL query · not with loaded_at_field")
_FRESHNESS: Final = Key(
    "freshness",
    "build_after · of a model",
    (
        ("build_after 4 hours", {"build_after": _EVERY_FOUR}),
        ("build_after 4 hours, all parents", {"build_after": _ALL_PARENTS}),
    ),
)
_SOURCE_FRESHNESS: Final = Key(
    "freshness",
    "warn_after, error_after, filter · of a source",
    (
        ("warn_after 12 hours, error_after 24", {"warn_after": _WARN, "error_after": _ERROR}),
        ("warn_after 12 hours", {"warn_after": _WARN}),
    ),
)
_STATE: Final = Key(
    "state",
    "lag_tolerance, … · dbt v2 only",
    (("lag_tolerance 4h", {"lag_tolerance": Slot(("4h", "45m", "1d"))}),),
)
_STATE_TAKES: Final = {
    "lag_tolerance": Key(
        "lag_tolerance",
        "duration · default 45m · dbt v2 only",
        words=("45m", "4h", "1d"),
    ),
    "require_fresh_data_from": Key(
        "require_fresh_data_from",
        "any | all · default any · dbt v2 only",
        words=("any", "all"),
    ),
    "pre_clone": Key(
        "pre_clone",
        "never | if_missing | always · default if_missing · dbt v2 only",
        words=("if_missing", "never", "always"),
    ),
}

_KEYS: Final[dict[str, tuple[Key, ...]]] = {
    "model config": (_FRESHNESS, _STATE),
    "model freshness": (
        Key(
            "build_after",
            "{count, period, updates_on}",
            (("4 hours", _EVERY_FOUR), ("4 hours, all parents", _ALL_PARENTS)),
        ),
    ),
    "build_after": (
        _COUNT_KEY,
        _PERIOD,
        Key(
            "updates_on",
            "any | all · default any",
            words=("any", "all"),
        ),
    ),
    "state": tuple(
        _STATE_TAKES.get(name) or Key(name, "true | false · dbt v2 only", words=_SWITCH, bare=True)
        for name in STATE_KEYS
    ),
    "source config": (_SOURCE_FRESHNESS, _LOADED_AT_FIELD, _LOADED_AT_QUERY),
    "source freshness": (
        Key("warn_after", "{count, period}", (("12 hours", _WARN),)),
        Key("error_after", "{count, period}", (("24 hours", _ERROR),)),
        Key("filter", "SQL condition of the query that measures"),
    ),
    "threshold": (_COUNT_KEY, _PERIOD),
    "lag_tolerance": (_COUNT_KEY, _PERIOD),
}
_MODEL_ITEM: Final = Key(
    "config",
    "freshness, state, … · of a model",
    tuple((f"freshness: {label}", {"freshness": block}) for label, block in _FRESHNESS.blocks),
)
_SOURCE_ITEM: Final = Key(
    "config",
    "freshness, loaded_at_field, loaded_at_query, … · of a source",
    tuple((f"freshness: {label}", {"freshness": block}) for label, block in _SOURCE_FRESHNESS.blocks),
)
_ITEMS: Final = {
    "model item": _MODEL_ITEM,
    "version item": _MODEL_ITEM,
    "source item": _SOURCE_ITEM,
    "table item": _SOURCE_ITEM,
}

_STEPS: Final[dict[tuple[str, str], Spot]] = {
    ("models", ITEM): "model item",
    ("model item", "config"): "model config",
    ("model item", "versions"): "versions",
    ("versions", ITEM): "version item",
    ("version item", "config"): "model config",
    ("model config", "freshness"): "model freshness",
    ("model config", "state"): "state",
    ("model freshness", "build_after"): "build_after",
    ("state", "lag_tolerance"): "lag_tolerance",
    ("sources", ITEM): "source item",
    ("source item", "config"): "source config",
    ("source item", "tables"): "tables",
    ("tables", ITEM): "table item",
    ("table item", "config"): "source config",
    ("source config", "freshness"): "source freshness",
    ("source freshness", "warn_after"): "threshold",
    ("source freshness", "error_after"): "threshold",
}
_TREES: Final[dict[str, tuple[Spot, Spot]]] = {
    "models": ("model tree", "model config"),
    "sources": ("source tree", "source config"),
}


def spot_of(kind: FileKind, path: tuple[str, ...]) -> Spot | None:
    """The map that a path leads to in a kind of file; None where nothing of ours stands."""
    if kind == "code":
        return _follow("model config", path)
    if not path or path[0] not in _TREES:
        return None
    if kind == "properties":
        return _follow("models" if path[0] == "models" else "sources", path[1:])
    tree, config = _TREES[path[0]]
    for depth, part in enumerate(path[1:], 1):
        if part == ITEM:
            return None
        if part.startswith("+") or ((config, part) in _STEPS and depth < len(path)):
            return _follow(config, (part.removeprefix("+"), *path[depth + 1 :]))
    return tree


def setting_path(kind: FileKind, path: tuple[str, ...]) -> tuple[str, ...]:
    """The part of a path that lies inside the configuration: ``("freshness", "build_after")``."""
    if kind == "code":
        return path
    if kind == "properties":
        return path[len(path) - path[::-1].index("config") :] if "config" in path else ()
    words = {key.name for spot in ("model config", "source config") for key in _KEYS[spot]}
    start = next((at for at, part in enumerate(path) if part.removeprefix("+") in words), len(path))
    return path[start:]


def _follow(spot: Spot, path: tuple[str, ...]) -> Spot | None:
    for part in path:
        found = _STEPS.get((spot, part))
        if found is None:
            return None
        spot = found
    return spot


def is_tree(spot: Spot) -> bool:
    """Whether keys need a ``+`` at a place."""
    return spot in ("model tree", "source tree")


def keys_at(spot: Spot, profile: Profile) -> tuple[Key, ...]:
    """The keys that an engine reads at a place."""
    if spot in _ITEMS:
        return (_ITEMS[spot],)
    known = _KEYS.get({"model tree": "model config", "source tree": "source config"}.get(spot, spot), ())
    return tuple(key for key in known if _is_read(key, spot, profile))


def _is_read(key: Key, spot: Spot, profile: Profile) -> bool:
    if key.name == "state":
        return profile.has_state
    return profile.project_loaded_at or spot != "source tree" or not key.name.startswith("loaded_at_")
