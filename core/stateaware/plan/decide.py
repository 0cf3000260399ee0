"""Decides what happens to each node at a moment: a pure function of what it is given."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from stateaware.plan.case import Case, Run
from stateaware.plan.clock import aware
from stateaware.plan.decision import Change, Decision, Note, Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import DEFAULT_OPTIONS, MODES, Mode, Options
from stateaware.plan.nodes import NO_WINDOW, Node, Window
from stateaware.plan.reasons import REASONS, ReasonCode
from stateaware.plan.rows import NAMED, ROW_KINDS, Rows, alive_since, is_plain, is_settled, rows_of
from stateaware.plan.state import NOTHING_SEEN, Present, State
from stateaware.plan.warn import warn_about
from stateaware.records import replace


def plan(
    lineage: Lineage,
    state: State,
    present: Present = NOTHING_SEEN,
    *,
    at: datetime,
    options: Options = DEFAULT_OPTIONS,
    selected: Collection[str] | None = None,
) -> Plan:
    """Decide for every selected node, parents first.

    A node that will be built has a new version for its children; one that is not selected keeps its
    stored one. The plan is the same for the same arguments.

    Args:
        lineage: the nodes with what is in force for them.
        state: what is remembered of earlier builds.
        present: what is seen now.
        at: the moment of the run.
        options: how the run is started.
        selected: unique_ids to decide about; None for all.

    Raises:
        ValueError: ``at`` has no time zone.
    """
    mode = MODES[options.mode]
    run = Run(lineage.nodes, state, present, aware(at, "the moment of the plan"), options, mode)
    parents = lineage.effective_parents(mode.transparent)
    rows, since = {kind: rows_of(run, *kind) for kind in ROW_KINDS}, alive_since(run)
    decisions: dict[str, Decision] = {}
    for unique_id in lineage.order:
        if selected is not None and unique_id not in selected:
            continue
        node = lineage.nodes[unique_id]
        if node.traits.decided:
            case = Case(node, run, parents[unique_id], window_of(node, mode))
            decisions[unique_id] = _decide(case, rows[is_plain(node), is_settled(case.record, since)])
    for unique_id in sorted(lineage.cyclic):
        if (selected is None or unique_id in selected) and lineage.nodes[unique_id].traits.decided:
            decisions[unique_id] = Decision(unique_id, "CYCLE", "", run.at)
    return Plan(run.at, options, decisions, warn_about(decisions.values()))


def window_of(node: Node, mode: Mode) -> Window:
    """The window in force for a node: its own setting, or the mode's default.

    dbt State takes ``lag_tolerance``, else ``build_after``, else its default, and
    ``require_fresh_data_from``, else ``updates_on``.
    """
    if not node.traits.has_window or node.materialized in mode.blind:
        return NO_WINDOW
    own = node.build_after
    if mode.key == "build_after":
        return mode.default if own is None else own
    chosen = node.state.lag_tolerance or own
    if chosen is None or (chosen.seconds is None and not chosen.unknown):
        chosen = mode.default
    waits = node.state.waits or (own.waits if own is not None else "any")
    return chosen if chosen.waits == waits else replace(chosen, waits=waits)


def settle(case: Case, rows: Rows) -> tuple[str, ReasonCode]:
    """The rule that decides a node and its reason; the run remembers it for the nodes after.

    ``rows`` are the rules to ask, from ``rows_of``.
    """
    rule, reason = _first_row(case, rows)
    unique_id, run = case.node.unique_id, case.run
    run.note(unique_id, REASONS[reason].outcome)
    if run.mode.follows_code:
        passes_on = reason == "UPSTREAM_CODE_CHANGED" and case.node.materialized in run.mode.transparent
        if passes_on or case.compare_code()[0]:
            run.recoded.add(unique_id)
    return rule, reason


def _decide(case: Case, rows: Rows) -> Decision:
    rule, reason = settle(case, rows)
    unique_id, run = case.node.unique_id, case.run
    named = NAMED.get(reason)
    return Decision(
        unique_id,
        reason,
        rule,
        run.at,
        changes=tuple(Change(*one) for one in case.changes),
        same=tuple(case.same),
        because=tuple(named(case)) if named is not None else (),
        recoded=case.run.present.described.get(unique_id, ""),
        window=case.window,
        built_at=case.built_at,
        eligible_at=case.eligible_at,
        notes=tuple(Note("assumed", unique_id, text) for text in (*case.node.assumed, *case.notes)),
    )


def _first_row(case: Case, rows: Rows) -> tuple[str, ReasonCode]:
    for rule, reason, decides in rows:
        if decides(case):
            in_window = reason == "WITHIN_BUILD_AFTER" and case.window.key == "lag_tolerance"
            return rule, "WITHIN_LAG_TOLERANCE" if in_window else reason
    raise AssertionError("the last row fits every case")
