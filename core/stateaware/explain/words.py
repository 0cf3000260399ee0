"""Configuration values in words: the same ones in every output."""

from __future__ import annotations

from typing import Final

from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE

NOT_SET: Final = "not set"
DEFAULT_BUILD_AFTER: Final = "no build_after: builds on any code or data change (dbt's default)"
_WAITS: Final = {"any": "when any parent has new data", "all": "when all parents have new data"}


def interval_words(rules: object) -> str:
    """``4 hours``; what is missing is named: ``4 of no period``."""
    if not isinstance(rules, dict):
        return NOT_SET
    count, period = rules.get("count"), rules.get("period")
    if count is None and period is None:
        return "no interval"
    if period is None:
        return f"{count} without a period"
    if count is None:
        return f"a period of {period} without a count"
    return f"{count} {period}{'' if count == 1 else 's'}"


def freshness_words(value: object, *, short: bool = False) -> str:
    """A model's ``freshness`` in the form of the manifest."""
    rules = value.get("build_after") if isinstance(value, dict) else None
    if value is None:
        return NOT_SET if short else DEFAULT_BUILD_AFTER
    if not isinstance(rules, dict):
        return "switched off" if short else "switched off: builds on any code or data change"
    interval = interval_words(rules)
    waits = rules.get("updates_on") or "any"
    return f"{interval}, {waits}" if short else f"{interval}, {_WAITS.get(str(waits), str(waits))}"


def source_freshness_words(value: object) -> str:
    """A source's ``freshness`` in the form of the manifest."""
    if value is None:
        return "switched off: dbt does not measure it"
    if not isinstance(value, dict):
        return str(value)
    parts = []
    for key, verb in (("warn_after", "warn after"), ("error_after", "error after")):
        rules = value.get(key)
        if isinstance(rules, dict) and any(part is not None for part in rules.values()):
            parts.append(f"{verb} {interval_words(rules)}")
    if value.get("filter"):
        parts.append(f"only rows where {value['filter']}")
    return ", ".join(parts) or "no thresholds"


def state_words(value: object) -> str:
    """A model's ``state`` in the form of the manifest."""
    if value is None:
        return NOT_SET
    if not isinstance(value, dict):
        return str(value)
    parts = []
    for key, part in value.items():
        words = interval_words(part) if key == "lag_tolerance" else str(part).lower()
        parts.append(f"{key} {words}")
    return ", ".join(parts) or "switched off"


def value_words(resource: str, key: str, value: object, *, short: bool = False) -> str:
    """Any key's value. ``resource`` is ``model`` or ``source``, ``key`` a key path."""
    if key == STATE:
        return state_words(value)
    if key in (LOADED_AT_FIELD, LOADED_AT_QUERY):
        return NOT_SET if value in (None, "") else " ".join(str(value).split())
    if key == FRESHNESS:
        return freshness_words(value, short=short) if resource == "model" else source_freshness_words(value)
    return interval_words(value) if isinstance(value, dict) else str(value)
