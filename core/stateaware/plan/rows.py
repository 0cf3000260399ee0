"""The rules by name: each says whether it decides a case, and for what reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from stateaware.plan.case import Case, Run
from stateaware.plan.clock import EARLIEST, later
from stateaware.plan.modes import GROWING, REUSABLE, RowName
from stateaware.plan.nodes import Node
from stateaware.plan.reasons import ReasonCode
from stateaware.plan.state import FAILED, Record

Test: TypeAlias = Callable[[Case], bool]
Rows: TypeAlias = tuple[tuple[str, ReasonCode, Test], ...]
"""Rules in order: the name of each, the reason that it gives, and whether it decides."""


def stopped_parents(case: Case) -> list[str]:
    """The parents that failed or are skipped in this run."""
    stopped = case.run.stopped
    if not stopped:
        return []
    # a view that is seen through for data still has to be there
    return [parent for parent in dict.fromkeys((*case.node.parents, *case.parents)) if parent in stopped]


def _test_of_reused(case: Case) -> bool:
    return case.node.traits.tests and not case.run.reused.isdisjoint(case.node.parents)


def _custom(case: Case) -> bool:
    materialized = case.node.materialized
    return case.node.kind == "model" and materialized is not None and materialized not in REUSABLE


def _never_built(case: Case) -> bool:
    return case.run.options.cache_cleared or (case.record is None and case.run.state.complete)


def _expired(case: Case) -> bool:
    record, limit = case.record, case.run.mode.expires
    if record is None or limit is None:
        return False
    touched = record.touched_at or record.completed_at
    return (case.run.at - touched).total_seconds() >= limit


def _full_refresh(case: Case) -> bool:
    return case.run.options.full_refresh and case.node.full_refresh is not False


def _growing(case: Case) -> bool:
    return _full_refresh(case) and case.node.materialized in GROWING


def _missing(case: Case) -> bool:
    return case.node.unique_id in case.run.present.missing_relations


def _elsewhere(case: Case) -> bool:
    found = case.run.present.elsewhere.get(case.node.unique_id)
    if found is None or not found.fresh or not case.node.state.allow_clones:
        return False
    now = case.run.present.code.get(case.node.unique_id)
    own = case.record is not None and case.record.status == "success" and not _missing(case)
    return now is not None and now.code == found.code and not (own and not case.recoded)


def _volatile(case: Case) -> bool:
    if not case.node.state.evaluate_volatile_sql or case.record is None:
        return False
    now = case.run.present.code.get(case.node.unique_id)
    return now is not None and now.volatile != case.record.fingerprint.volatile


def recoded_parents(case: Case) -> list[str]:
    """The parents whose code is not what it was when the node was last built."""
    run = case.run
    then = case.record.upstream_code if case.record is not None else {}
    blind = case.node.materialized in run.mode.blind
    found = []
    for parent in dict.fromkeys((*case.node.parents, *case.parents)):
        node = run.nodes.get(parent)
        if blind and (node is None or node.materialized not in run.mode.transparent):
            continue
        fingerprint = run.present.code.get(parent)
        now = fingerprint.code if fingerprint is not None else None
        if (
            parent in run.recoded
            or parent in run.present.changed
            or (now is not None and parent in then and then[parent] != now)
        ):
            found.append(parent)
    return found


def _nothing_new(case: Case) -> bool:
    case.compare()
    return case.some is False and not case.recoded


def _window_unknown(case: Case) -> bool:
    return bool(case.window.unknown)


def _not_every(case: Case) -> bool:
    return case.window.waits == "all" and case.every is False and not case.recoded


def _data_unknown(case: Case) -> bool:
    return (case.every if case.window.waits == "all" else case.some) is None


ROWS: Final[Mapping[RowName, tuple[ReasonCode, Test]]] = {
    "disabled": ("DISABLED", lambda case: not case.node.enabled),
    "ephemeral": ("EPHEMERAL", lambda case: case.node.materialized == "ephemeral"),
    "parent failed": ("UPSTREAM_FAILED", lambda case: bool(stopped_parents(case))),
    "service down": ("SERVICE_UNAVAILABLE", lambda case: case.run.options.service_down),
    "test of a reused parent": ("PARENT_REUSED", _test_of_reused),
    "python": ("PYTHON_NOT_REUSABLE", lambda case: case.node.language == "python"),
    "custom materialization": ("CUSTOM_NOT_REUSABLE", _custom),
    "forced": ("FORCED", lambda case: case.run.options.force),
    "elsewhere": ("MATCH_IN_OTHER_ENV", _elsewhere),
    "never built": ("FIRST_BUILD", _never_built),
    "expired": ("STATE_EXPIRED", _expired),
    "failed last": (
        "LAST_BUILD_FAILED",
        lambda case: case.record is not None and case.record.status in FAILED,
    ),
    "being built": (
        "BEING_BUILT",
        lambda case: case.record is not None and case.record.status == "running",
    ),
    "full refresh": ("FULL_REFRESH", _full_refresh),
    "full refresh of what grows": ("FULL_REFRESH", _growing),
    "relation missing": ("RELATION_MISSING", _missing),
    "code beats window": ("CODE_CHANGED", lambda case: case.recoded),
    "view with star": (
        "VIEW_SELECT_STAR",
        lambda case: case.node.selects_star and case.node.materialized == "view",
    ),
    "volatile value": ("VOLATILE_VALUE_CHANGED", _volatile),
    "state not known": ("STATE_UNKNOWN", lambda case: case.record is None),
    "upstream code": ("UPSTREAM_CODE_CHANGED", lambda case: bool(recoded_parents(case))),
    "nothing new": ("NO_CHANGES", _nothing_new),
    "in window": ("WITHIN_BUILD_AFTER", lambda case: case.waits),
    "window not known": ("SETTING_UNKNOWN", _window_unknown),
    "code": ("CODE_CHANGED", lambda case: case.recoded),
    "not every parent": ("NOT_ALL_UPSTREAMS_NEW", _not_every),
    "data not known": ("DATA_UNKNOWN", _data_unknown),
    "new data": ("NEW_DATA", lambda case: True),
}
"""``in window`` is told as WITHIN_LAG_TOLERANCE where that setting makes the window."""

_NEEDS: Final[Mapping[RowName, Callable[[Run], bool]]] = {
    "parent failed": lambda run: bool(run.stopped),
    "service down": lambda run: run.options.service_down,
    "forced": lambda run: run.options.force,
    "elsewhere": lambda run: bool(run.present.elsewhere),
    "full refresh": lambda run: run.options.full_refresh,
    "full refresh of what grows": lambda run: run.options.full_refresh,
    "relation missing": lambda run: bool(run.present.missing_relations),
}
"""What a run must have, from its start on, for some rules to decide anything."""

_ODD: Final[frozenset[RowName]] = frozenset(
    {
        *("disabled", "ephemeral", "test of a reused parent", "python", "custom materialization"),
        "view with star",
    }
)
"""Rules that decide nothing about a plain node."""


def is_plain(node: Node) -> bool:
    """Whether nothing but state and data decides about a node."""
    return (
        node.enabled
        and node.language != "python"
        and node.materialized != "ephemeral"
        and (node.kind != "model" or node.materialized is None or node.materialized in REUSABLE)
        and not node.traits.tests
        and not node.selects_star
    )


def alive_since(run: Run) -> datetime:
    """State that was not used after this has expired."""
    return EARLIEST if run.mode.expires is None else later(run.at, -run.mode.expires)


def is_settled(record: Record | None, since: datetime) -> bool:
    """Whether the last attempt went well, and its state is alive: ``since`` is from ``alive_since``."""
    return (
        record is not None
        and record.status == "success"
        and (record.touched_at or record.completed_at) > since
    )


_UNSETTLED: Final[frozenset[RowName]] = frozenset(
    {"never built", "expired", "failed last", "being built", "state not known"}
)
"""Rules that decide nothing about a settled node."""
ROW_KINDS: Final = ((True, True), (True, False), (False, True), (False, False))


def rows_of(run: Run, plain: bool, settled: bool) -> Rows:
    """The rules of the run's mode in order, without those that cannot decide in it, or about such a node.

    ``plain`` and ``settled`` are from ``is_plain`` and ``is_settled``.
    """
    settled = settled and not run.options.cache_cleared
    return tuple(
        (rule, *ROWS[name])
        for rule, name in run.mode.rows
        if (name not in _NEEDS or _NEEDS[name](run))
        and not (plain and name in _ODD)
        and not (settled and name in _UNSETTLED)
    )


NAMED: Final[Mapping[ReasonCode, Callable[[Case], list[str]]]] = {
    "UPSTREAM_FAILED": stopped_parents,
    "UPSTREAM_CODE_CHANGED": recoded_parents,
}
"""Which parents a reason is about, where it is about some."""
