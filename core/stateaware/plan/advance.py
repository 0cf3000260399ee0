"""The state after a plan was carried out and everything in it went well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from stateaware.plan.case import Run
from stateaware.plan.decision import Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import MODES
from stateaware.plan.state import UNKNOWN_CODE, Fingerprint, Present, Record, State
from stateaware.records import replace

_NO_TIME = timedelta(0)


def advance(
    plan: Plan,
    lineage: Lineage,
    state: State,
    present: Present,
    durations: Mapping[str, timedelta] | None = None,
) -> State:
    """Record every build of a plan: what was read, with which code, and when it ended.

    A seed's new version is the hash of its file, that of any other node tells its build apart from all
    others. What was reused was looked at, and so does not expire.

    Args:
        plan: whose builds are recorded.
        lineage: the nodes that it was made for.
        state: the state that it was made from.
        present: what was seen then.
        durations: how long each build takes from the moment of the plan; no time where it is not here.
    """
    mode = MODES[plan.options.mode]
    parents = lineage.effective_parents(mode.transparent)
    run = Run(lineage.nodes, state.updated(()), present, plan.at, plan.options, mode)
    for unique_id, decision in plan.decisions.items():
        old = state.records.get(unique_id)
        if decision.outcome == "reuse" and old is not None:
            run.state.records[unique_id] = replace(old, touched_at=plan.at)
        if decision.outcome not in ("build", "clone"):
            continue
        ended = plan.at + ((durations or {}).get(unique_id) or _NO_TIME)
        run.state.records[unique_id] = record_build(unique_id, run, parents[unique_id], plan.at, ended)
    return run.state


def record_build(
    unique_id: str, run: Run, parents: tuple[str, ...], started: datetime, ended: datetime
) -> Record:
    """What is remembered of a build that went well, its effective parents being recorded before it."""
    code = run.present.code.get(unique_id, UNKNOWN_CODE)
    records, upstream = run.state.records, dict[str, str]()
    for parent in parents:
        stored = records.get(parent)
        value = stored.own_version if stored is not None else run.seen(parent).value
        if value is not None:
            upstream[parent] = value
    return Record(
        unique_id,
        completed_at=ended,
        started_at=started,
        fingerprint=code,
        upstream=upstream,
        upstream_code=_codes(parents, run.present.code) if run.present.code else {},
        own_version=_own_version(run.nodes[unique_id].kind, code, ended),
        touched_at=ended,
    )


def _codes(parents: tuple[str, ...], code: Mapping[str, Fingerprint]) -> dict[str, str]:
    found = {parent: code[parent].code for parent in parents if parent in code}
    return {parent: value for parent, value in found.items() if value is not None}


def _own_version(kind: str, code: Fingerprint, ended: datetime) -> str:
    return code.code if kind == "seed" and code.code is not None else f"built {ended.isoformat()}"
