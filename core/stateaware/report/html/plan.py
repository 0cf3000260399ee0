"""The report of a plan: schemas/report.schema.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from stateaware.plan.decision import Change, Decision, Plan
from stateaware.plan.measured import MEASUREMENTS
from stateaware.plan.modes import MODES
from stateaware.plan.reasons import Outcome, ReasonCode
from stateaware.plan.words import moment_words, named
from stateaware.report.html.facts import (
    Json,
    head_facts,
    moment_text,
    node_facts,
    note_facts,
    reads_of,
    source_facts,
)
from stateaware.report.html.subject import Subject
from stateaware.report.plan_lines import long_moment, symbol_of
from stateaware.report.plan_tree import otherwise_words
from stateaware.text.pieces import single

OUTCOMES: Final[tuple[Outcome, ...]] = ("build", "clone", "reuse", "skip", "unknown", "inline", "absent")
_WHY: Final[Mapping[ReasonCode, tuple[str, str]]] = {
    "NEW_DATA": ("reads new data", "read new data"),
    "CODE_CHANGED": ("has other code", "have other code"),
    "UPSTREAM_CODE_CHANGED": ("reads what has other code", "read what has other code"),
    "FIRST_BUILD": ("was never built", "were never built"),
    "STATE_EXPIRED": ("has state that expired", "have state that expired"),
    "LAST_BUILD_FAILED": ("failed last time", "failed last time"),
    "FULL_REFRESH": ("is refreshed in full", "are refreshed in full"),
    "FORCED": ("is forced", "are forced"),
    "PYTHON_NOT_REUSABLE": ("is a Python model", "are Python models"),
}
"""What is said of one and of many that are built."""
_OTHER: Final = ("has another reason", "have other reasons")
_WAITING: Final = ("WITHIN_BUILD_AFTER", "WITHIN_LAG_TOLERANCE")


def plan_report(plan: Plan, subject: Subject) -> Json:
    """Everything that the page shows of a plan, as JSON; times are ISO 8601 in UTC, lengths in seconds."""
    reads = reads_of(subject, MODES[plan.options.mode])
    counts = plan.counts
    nodes = [_node(subject, one, reads.get(key, ())) for key, one in plan.decisions.items()]
    return {
        **head_facts(subject, "plan", plan.options.mode, plan_sentence(plan)),
        "at": moment_text(plan.at),
        "full_refresh": plan.options.full_refresh,
        "counts": {outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        "nodes": nodes,
        "sources": source_facts(subject, nodes),
        "notes": note_facts(subject, (*plan.assumptions, *plan.warnings)),
    }


def plan_sentence(plan: Plan) -> str:
    """A plan in a sentence or a few: how many are built and why, and who waits for longest."""
    counts = plan.counts
    every = len(plan.decisions) - counts.get("inline", 0) - counts.get("absent", 0)
    built = plan.having("build", "clone")
    reasons = _reasons([plan.decisions[one] for one in built])
    number = f"{len(built):,}" if built else "none"
    nodes = f"{every:,} node{'' if every == 1 else 's'}"
    parts = [f"A run at {long_moment(plan.at)} would build {number} of {nodes}{reasons}"]
    waiting = [one for one in plan.decisions.values() if one.reason in _WAITING]
    reused = counts.get("reuse", 0)
    if reused:
        held = _held(waiting, reused)
        parts.append(f"{reused:,} {'is' if reused == 1 else 'are'} reused{held}")
    for outcome, words in (("skip", "skipped"), ("unknown", "not known")):
        count = len([one for one in plan.decisions.values() if one.outcome == outcome])
        if count:
            parts.append(f"{count:,} {'is' if count == 1 else 'are'} {words}")
    return f"{'. '.join(parts)}."


def _reasons(built: Sequence[Decision]) -> str:
    counts = Counter(_WHY.get(decision.reason, _OTHER) for decision in built)
    told = [(words[count > 1], count) for words, count in counts.most_common()]
    if len(told) == 1:
        return f", which {told[0][0]}"
    return f": {', '.join(f'{count:,} {words}' for words, count in told)}" if told else ""


def _held(waiting: Sequence[Decision], reused: int) -> str:
    if not waiting:
        return ""
    some = f"{len(waiting):,} of them " if len(waiting) < reused else ""
    held = f", {some}within {'its' if len(waiting) == 1 else 'their'} window"
    last = max(waiting, key=lambda one: one.left)
    if last.eligible_at is not None:
        moment = moment_words(last.eligible_at, last.at)
        which = "" if len(waiting) == 1 else "the last, "
        held += f" ({which}{single(named(last.unique_id))}, may build from {moment} UTC)"
    return held


def _node(subject: Subject, decision: Decision, reads: Sequence[str]) -> Json:
    node = subject.lineage.nodes[decision.unique_id]
    return {
        **node_facts(subject, node, reads, decision.window),
        "decision": decision.outcome,
        "symbol": symbol_of(decision),
        "reason": decision.reason,
        "rule": decision.rule,
        "text": decision.text,
        "dbt_text": decision.dbt_text or None,
        "otherwise": otherwise_words(decision) or None,
        "changes": [_change(change) for change in decision.changes],
        "unchanged": list(decision.same),
        "because": list(decision.because),
        "built_at": moment_text(decision.built_at),
        "eligible_at": moment_text(decision.eligible_at),
        "notes": [{"kind": note.kind, "text": note.text} for note in decision.notes],
    }


def _change(change: Change) -> Json:
    return {
        "unique_id": change.upstream,
        "then": change.then,
        "now": change.now,
        "measured_by": change.how,
        "measured_text": MEASUREMENTS[change.how].words,
        "certain": change.certain,
    }
