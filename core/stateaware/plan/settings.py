"""Values in force, in the form of dbt's manifest, as windows and settings of dbt State."""

from __future__ import annotations

from typing import Final

from stateaware.plan.nodes import StateConfig, Waits, Window
from stateaware.records import replace
from stateaware.rules.spans_of_time import seconds, time_words

_FLAGS: Final = {"allow_clones": True, "compare_unrendered_code": False, "evaluate_volatile_sql": False}
"""Settings of dbt State that are true or false, with their defaults."""


def read_build_after(freshness: object, where: str = "") -> Window | None:
    """The ``build_after`` of a model's ``freshness``; None where none is set, or null is.

    ``updates_on`` may stand alone: then there is no time to wait. Half of an interval is no value that
    dbt takes, so that nobody can tell what would happen.
    """
    rules = freshness.get("build_after") if isinstance(freshness, dict) else None
    if not isinstance(rules, dict) or all(part is None for part in rules.values()):
        return None
    waits: Waits = "all" if rules.get("updates_on") == "all" else "any"
    if rules.get("count") is None and rules.get("period") is None:
        return Window(None, waits, where=where)
    return replace(_interval(rules, where), waits=waits)


def read_state(state: object, where: str = "") -> StateConfig:
    """The settings of a model's ``state``; their defaults where there is none."""
    if not isinstance(state, dict):
        return StateConfig()
    tolerance, fresh = state.get("lag_tolerance"), state.get("require_fresh_data_from")
    waits: Waits | None = "all" if fresh == "all" else "any" if fresh == "any" else None
    flags = {key: default if state.get(key) is None else bool(state[key]) for key, default in _FLAGS.items()}
    return StateConfig(
        replace(_interval(tolerance, where), key="lag_tolerance") if isinstance(tolerance, dict) else None,
        waits,
        **flags,
    )


def _interval(rules: dict[str, object], where: str) -> Window:
    length = seconds(rules)
    if length is None:
        return Window(None, where=where, unknown="it has no count with a period that dbt knows")
    return Window(length, words=time_words(rules), where=where)
