"""The values in force for a source table: freshness, its thresholds, and how loading is dated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from stateaware.config.layers import Effective, Setting
from stateaware.config.profiles import Profile
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE
from stateaware.records import dataclass, replace
from stateaware.syntax.tree import Unknown

THRESHOLDS: Final = ("warn_after", "error_after")
PARTS: Final = (*THRESHOLDS, "filter")
PAIR: Final = (LOADED_AT_FIELD, LOADED_AT_QUERY)
_EMPTY: Final[dict[str, object]] = {"count": None, "period": None}


@dataclass(frozen=True, slots=True)
class SourceLayers:
    """All settings of one key for one table, the weakest first.

    ``source`` and ``table`` hold the legacy property (outside ``config``) before the config.
    """

    own: tuple[Setting, ...] = ()
    source: tuple[Setting, ...] = ()
    root: tuple[Setting, ...] = ()
    table: tuple[Setting, ...] = ()

    def strongest_first(self, root_on_top: bool) -> Iterable[Setting]:
        """Every setting in the order of precedence."""
        groups = (self.root, self.table, self.source, self.own)
        if not root_on_top:
            groups = (self.table, self.root, self.source, self.own)
        for group in groups:
            yield from reversed(group)


@dataclass(frozen=True, slots=True)
class Conflict:
    """``loaded_at_field`` and ``loaded_at_query`` both in force, so that dbt stops."""

    field: Setting
    query: Setting
    in_block: bool = False


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """What is in force for one table, by key path (``freshness``, ``freshness.warn_after``, …)."""

    effective: dict[str, Effective]
    conflict: Conflict | None = None

    @property
    def values(self) -> dict[str, object]:
        """The config as dbt's manifest has it."""
        keys: list[str] = [key for key in (FRESHNESS, *PAIR) if key in self.effective]
        if STATE in self.effective and self.effective[STATE].winner is not None:
            keys.append(STATE)
        return {key: self.effective[key].value for key in keys}


def resolve_source(layers: Mapping[str, SourceLayers], profile: Profile) -> SourceConfig:
    """The effective configuration of one source table."""
    if profile.source_merge == "threshold":
        freshness, parts = _merge_by_threshold(layers[FRESHNESS], profile)
        pair, conflict = _closest_pair(layers, freshness, profile)
    else:
        freshness, parts = _merge_as_core(layers[FRESHNESS])
        pair, conflict = _pair_as_core(layers)
    custom = {STATE: _custom(layers[STATE])} if STATE in layers else {}
    return SourceConfig({FRESHNESS: freshness, **parts, **pair, **custom}, conflict)


def _used(settings: Iterable[Setting]) -> list[Setting]:
    return [s for s in settings if not s.dropped and s.block.presence not in ("invalid", "ignored")]


def _custom(layers: SourceLayers) -> Effective:
    """A key that sources do not know, stored as the strongest layer has it."""
    every = list(layers.strongest_first(root_on_top=True))
    return _effective(STATE, every[0].block.value if every else None, every[0] if every else None, every)


def _last(settings: Iterable[Setting]) -> Setting | None:
    return next(reversed(_used(settings)), None)


def _effective(
    key: str, value: object, winner: Setting | None, every: Iterable[Setting], unknown: bool = True
) -> Effective:
    order = tuple(every)
    if unknown and winner is not None and winner.block.unknown is not None:
        return Effective(key, None, winner, order, winner.block.unknown)
    return Effective(key, value, winner, order)


def _written(setting: Setting) -> dict[str, object]:
    return dict(setting.block.value) if isinstance(setting.block.value, dict) else {}


def _merge_by_threshold(layers: SourceLayers, profile: Profile) -> tuple[Effective, dict[str, Effective]]:
    """dbt v2: the strongest of project, source and root as a whole, then the table per first-level key.

    A null of the table switches off, a null of a part is as if absent [src_07 src_08 src_17..24].
    """
    every = list(layers.strongest_first(root_on_top=False))
    base = _last((*layers.own, *layers.source, *layers.root))
    over = _last(layers.table)
    winner = over or base
    origin: dict[str, tuple[object, Setting]] = {}
    if over is None or over.block.presence != "null":
        for setting in (base, over):
            if setting is not None and setting.block.presence != "null":
                written = _written(setting)
                if any(key in written for key in PAIR):
                    # the two exclude each other: the closer block's one hides the other [src_52]
                    origin = {key: found for key, found in origin.items() if key not in PAIR}
                origin.update({key: (value, setting) for key, value in written.items()})
    if winner is not None and winner.block.presence == "null":
        return _effective(FRESHNESS, None, winner, every), {}
    value: dict[str, object] = {key: found[0] for key, found in origin.items()}
    for key in THRESHOLDS:
        value.setdefault(key, dict(_EMPTY))
    parts = {
        f"{FRESHNESS}.{key}": _effective(f"{FRESHNESS}.{key}", found[0], found[1], _with_part(every, key))
        for key, found in origin.items()
    }
    effective = _effective(FRESHNESS, value, winner, every)
    unknown = next((s for s in (over, base) if s is not None and s.block.unknown is not None), None)
    if unknown is not None:
        effective = replace(effective, value=None, unknown=unknown.block.unknown)
    return effective, parts


def _with_part(settings: Iterable[Setting], key: str) -> list[Setting]:
    """Settings that speak of a part: they write it, or switch everything off."""
    return [s for s in settings if s.block.presence == "null" or key in _written(s)]


def _closest_pair(
    layers: Mapping[str, SourceLayers], freshness: Effective, profile: Profile
) -> tuple[dict[str, Effective], Conflict | None]:
    """dbt v2: the table's pair beats the inherited one; ``''`` clears both [src_27..39].

    Keys inside the freshness block beat both and blank the other one [src_49..52]. The documentation
    lets the closest level win, so project and source are levels of their own there.
    """
    block = freshness.value if isinstance(freshness.value, dict) else {}
    levels = _levels(layers, profile)
    found: dict[str, Setting] = {}
    conflict = None
    for level in levels:
        written = {key: setting for key, setting in level.items() if setting.block.presence != "null"}
        if written:
            found = written
    both = {key: found[key] for key in PAIR if key in found and found[key].block.value != ""}
    if len(both) == 2:
        conflict = Conflict(both[LOADED_AT_FIELD], both[LOADED_AT_QUERY])
    inside = [key for key in PAIR if block.get(key)]
    result: dict[str, Effective] = {}
    for key in PAIR:
        every = list(layers[key].strongest_first(root_on_top=False))
        setting = found.get(key)
        value = None if setting is None or setting.block.value == "" else setting.block.value
        if inside:
            # the manifest holds the text of the block and an empty text for the other key
            value = block[key] if key in inside else ""
            result[key] = _effective(key, value, freshness.winner if key in inside else None, every, False)
        else:
            result[key] = _effective(key, value, setting, every)
    if len(inside) == 2 and freshness.winner is not None:
        conflict = Conflict(freshness.winner, freshness.winner, in_block=True)
    return result, conflict


def _levels(layers: Mapping[str, SourceLayers], profile: Profile) -> list[dict[str, Setting]]:
    """The levels that compete for the pair, the weakest first, each with its last setting per key."""
    groups: list[tuple[str, ...]] = [("own", "source", "root"), ("table",)]
    if profile.closest_loaded_at:
        groups = [("own",), ("source",), ("root",), ("table",)]
    levels = []
    for names in groups:
        level: dict[str, Setting] = {}
        for key in PAIR:
            for name in names:
                for setting in _used(getattr(layers[key], name)):
                    if setting.block.presence != "null":
                        level[key] = setting
        levels.append(level)
    return levels


def _complete(threshold: object) -> bool:
    return isinstance(threshold, dict) and threshold["count"] is not None and threshold["period"] is not None


def _says(block: dict[str, object] | None) -> bool:
    return block is not None and any(_complete(block[key]) for key in THRESHOLDS)


def _default() -> dict[str, object]:
    return {"warn_after": dict(_EMPTY), "error_after": dict(_EMPTY), "filter": None}


def _merge_as_core(layers: SourceLayers) -> tuple[Effective, dict[str, Effective]]:
    """dbt Core: source and table merged per threshold (``merge_source_freshness``), then over the project.

    A threshold counts only when complete; a merged block without a complete one is as if not written.
    """
    every = list(layers.strongest_first(root_on_top=True))
    value, origin, unknown = _merge_written(layers)
    winner: Setting | None = None
    if _says(value) or value is None or unknown is not None:
        winner = _last((*layers.source, *layers.table))
    else:
        value, origin = _default(), {}
        for setting in _used(layers.own):
            value, origin, winner = _replace(setting)
    for setting in _used(layers.root):
        value, origin, winner = _replace(setting)
        unknown = None
    if unknown is not None:
        return Effective(FRESHNESS, None, winner, tuple(every), unknown), {}
    parts = {
        f"{FRESHNESS}.{key}": _effective(f"{FRESHNESS}.{key}", value[key], setting, _with_part(every, key))
        for key, setting in origin.items()
        if value is not None and value.get(key) is not None and value.get(key) != _EMPTY
    }
    return _effective(FRESHNESS, value, winner, every), parts


def _replace(setting: Setting) -> tuple[dict[str, object] | None, dict[str, Setting], Setting]:
    if setting.block.presence == "null":
        return None, {}, setting
    return _written(setting), dict.fromkeys(PARTS, setting), setting


def _merge_written(
    layers: SourceLayers,
) -> tuple[dict[str, object] | None, dict[str, Setting], Unknown | None]:
    """The four places of a source's YAML, in dbt Core's order: each level's legacy property, then config.

    Nothing is known of the merged value where one of them cannot be read before dbt runs.
    """
    value: dict[str, object] | None = _default()
    origin: dict[str, Setting] = {}
    unknown: Unknown | None = None
    for group in (layers.source, layers.table):
        for legacy in (True, False):
            setting = next((s for s in _used(group) if s.layer.legacy is legacy), None)
            update: dict[str, object] | None = _default()
            if setting is not None and setting.block.unknown is not None:
                unknown = setting.block.unknown
                continue
            if setting is not None:
                update = None if setting.block.presence == "null" else _written(setting)
            if update is None:
                value, origin, unknown = None, {}, None
            elif value is None:
                if _says(update) and setting is not None:
                    value, origin = update, dict.fromkeys(PARTS, setting)
            else:
                value = _merge_two(value, update, setting, origin)
    return value, origin, unknown


def _merge_two(
    base: dict[str, object], update: dict[str, object], setting: Setting | None, origin: dict[str, Setting]
) -> dict[str, object]:
    merged = dict(base)
    if update["filter"] is not None:
        merged["filter"] = update["filter"]
        _note(origin, "filter", setting)
    for key in THRESHOLDS:
        theirs = update[key]
        if theirs is None:
            merged[key] = None
            _note(origin, key, setting)
        elif _complete(theirs):
            merged[key] = theirs
            _note(origin, key, setting)
        elif not _complete(base[key]):
            merged[key] = base[key] if base[key] is not None else theirs
    return merged


def _note(origin: dict[str, Setting], key: str, setting: Setting | None) -> None:
    if setting is not None:
        origin[key] = setting


def _pair_as_core(layers: Mapping[str, SourceLayers]) -> tuple[dict[str, Effective], Conflict | None]:
    """dbt Core: field and query are settled one by one, so both may stay (``calculate_loaded_at_…``)."""
    table = {key: _level(layers[key].table) for key in PAIR}
    source = {key: _level(layers[key].source) for key in PAIR}
    # a null outside `config` counts as present (`loaded_at_field_present`), one inside does not
    present = any(s.layer.legacy or s.block.value for s in _used(layers[LOADED_AT_FIELD].table))
    conflict = None
    for level in (source, table):
        field, query = level[LOADED_AT_FIELD], level[LOADED_AT_QUERY]
        if field is None or query is None or not query.block.value:
            continue
        if present if level is table else field.block.value:
            conflict = conflict or Conflict(field, query)
    result = {}
    for key in PAIR:
        winner = table[key]
        if winner is None and not (present and key == LOADED_AT_QUERY):
            winner = source[key]
        for setting in _used(layers[key].root):
            winner = setting
        value = None if winner is None else winner.block.value
        result[key] = _effective(key, value, winner, layers[key].strongest_first(root_on_top=True))
    return result, conflict


def _level(settings: tuple[Setting, ...]) -> Setting | None:
    """The setting of one level: the property outside ``config`` wins, as in dbt Core."""
    used = [setting for setting in _used(settings) if setting.block.presence != "null"]
    legacy = [setting for setting in used if setting.layer.legacy and setting.block.value]
    return next(reversed(legacy or used), None)
