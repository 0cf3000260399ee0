"""What follows from the values in force, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stateaware.config.layers import Effective
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE
from stateaware.explain.words import interval_words

_ONCE: Final = {
    "second": "once a second",
    "minute": "once a minute",
    "hour": "once an hour",
    "day": "once a day",
}
_CODE: Final = "its code changed"


def conclude_model(effective: Mapping[str, Effective], parents: int, *, complete: bool) -> str:
    """When a model builds, or nothing where it follows from no setting or cannot be told.

    Args:
        effective: its values in force by key.
        parents: how many direct parents are known.
        complete: whether these are all.
    """
    freshness = effective[FRESHNESS]
    if freshness.winner is None or freshness.unknown is not None:
        return ""
    if any(setting.block.presence == "invalid" for setting in freshness.order):
        return ""
    rules = freshness.value.get("build_after") if isinstance(freshness.value, dict) else None
    sentence = _build(rules if isinstance(rules, dict) else {}, parents, complete, freshness.cleared)
    state = effective.get(STATE)
    if sentence and state is not None and isinstance(state.value, dict) and state.value.get("lag_tolerance"):
        return f"{sentence}; dbt State goes by lag_tolerance first"
    return sentence


def _build(rules: Mapping[str, object], parents: int, complete: bool, cleared: bool) -> str:
    count, period = rules.get("count"), rules.get("period")
    when = _trigger(rules.get("updates_on") == "all", parents, complete)
    if cleared:
        return f"waits for nothing: builds in every run in which {when}"
    if count is None and period is None:
        return f"has no interval to wait for: builds in every run in which {when}"
    if not isinstance(count, int) or not isinstance(period, str):
        return ""
    if count <= 0:
        return f"never waits for time to pass: builds in every run in which {when}"
    often = _ONCE.get(period, "") if count == 1 else ""
    return f"builds at most {often or 'every ' + interval_words(rules)}, and only when {when}"


def _trigger(every: bool, parents: int, complete: bool) -> str:
    if not parents and complete:
        return _CODE
    if every and not complete:
        return f"all parents have new data since its last build, or {_CODE}"
    if every and parents > 1:
        which = "both parents" if parents == 2 else f"all {parents} parents"
        return f"{which} have new data since its last build, or {_CODE}"
    return f"a parent has new data or {_CODE}"


def conclude_source(effective: Mapping[str, Effective]) -> str:
    """What becomes of a source that is not measured, or nothing."""
    if effective[FRESHNESS].unknown is not None:
        return ""
    if effective[FRESHNESS].value is None and not (
        effective[LOADED_AT_FIELD].value or effective[LOADED_AT_QUERY].value
    ):
        return "never measured, so it counts as new data in every run"
    return ""
