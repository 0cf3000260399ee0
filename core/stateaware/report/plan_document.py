"""The document of ``plan --format json``: schemas/plan-output.schema.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from stateaware.plan.decision import Change, Decision, Note, Plan
from stateaware.plan.measured import MEASUREMENTS
from stateaware.plan.reasons import Outcome
from stateaware.plan.words import named
from stateaware.report.plan_tree import otherwise_words

SCHEMA_VERSION: Final = 1
_OUTCOMES: Final[tuple[Outcome, ...]] = ("build", "clone", "reuse", "skip", "unknown", "inline", "absent")


def plan_document(
    plan: Plan,
    *,
    project: str,
    engine: str,
    basis: Sequence[str],
    files: Mapping[str, str],
    explained: Sequence[str] = (),
) -> dict[str, Any]:
    """A plan as JSON; times are ISO 8601 in UTC, lengths in seconds.

    ``files`` are the nodes' files, by unique_id, where they are known. Of ``explained`` nodes only these
    are told, with all that the reasons lead back to.
    """
    counts = plan.counts
    told = _behind(plan, explained) if explained else plan.decisions
    return {
        "schema_version": SCHEMA_VERSION,
        "project": project,
        "engine": engine,
        "mode": plan.options.mode,
        "at": plan.at.isoformat(),
        "basis": list(basis),
        "counts": {outcome: counts.get(outcome, 0) for outcome in _OUTCOMES},
        **({"explained": list(explained)} if explained else {}),
        "nodes": [_node(decision, files) for key, decision in plan.decisions.items() if key in told],
        "assumed": [_note(note) for note in plan.assumptions if not explained or note.unique_id in told],
        "warnings": [_note(note) for note in plan.warnings if not explained or note.unique_id in told],
    }


def _behind(plan: Plan, unique_ids: Sequence[str]) -> set[str]:
    """These nodes and all that stands above them in their reasons, sources too."""
    found: set[str] = set()
    left = list(unique_ids)
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            decision = plan.decisions.get(one)
            if decision is not None:
                upstreams = (change.upstream for change in decision.changes)
                left += (*upstreams, *decision.same, *decision.because)
    return found


def _note(note: Note) -> dict[str, str]:
    return {"unique_id": note.unique_id, "text": note.text}


def _node(decision: Decision, files: Mapping[str, str]) -> dict[str, Any]:
    window = decision.window
    return {
        "unique_id": decision.unique_id,
        "name": named(decision.unique_id),
        "file": files.get(decision.unique_id),
        "decision": decision.outcome,
        "reason": decision.reason,
        "rule": decision.rule,
        "text": decision.text,
        "dbt_text": decision.dbt_text or None,
        "otherwise": otherwise_words(decision) or None,
        "changed": [_change(change) for change in decision.changes],
        "unchanged": list(decision.same),
        "because": list(decision.because),
        "window": None
        if window is None
        else {
            "key": window.key,
            "seconds": window.seconds,
            "text": window.words or None,
            "updates_on": window.waits,
            "origin": window.where or None,
            "unknown": window.unknown or None,
        },
        "built_at": _moment(decision.built_at),
        "eligible_at": _moment(decision.eligible_at),
        "seconds_left": decision.left.total_seconds(),
        "assumed": [note.text for note in decision.notes if note.kind == "assumed"],
        "warnings": [note.text for note in decision.notes if note.kind == "warning"],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "unique_id": change.upstream,
        "then": change.then,
        "now": change.now,
        "measured_by": change.how,
        "measured_text": MEASUREMENTS[change.how].words,
        "certain": change.certain,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
