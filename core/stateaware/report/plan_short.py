"""A decision in a line, for editors: above a model, and in its hover."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from stateaware.plan.decision import Decision
from stateaware.plan.reasons import Outcome
from stateaware.plan.words import moment_words, span_words

_WOULD: Final[dict[Outcome, str]] = {
    "build": "would be built",
    "clone": "would be cloned",
    "reuse": "would be reused",
    "skip": "would be skipped",
    "unknown": "not known",
    "inline": "part of what reads it",
    "absent": "switched off",
}


def lens_words(decision: Decision) -> str:
    """``would build: new data in source raw.orders`` or ``would be reused until 10:40 UTC``."""
    if decision.outcome == "build":
        return f"would build: {decision.text}"
    if decision.outcome == "reuse" and decision.eligible_at is not None:
        return f"{_WOULD['reuse']} until {moment_words(decision.eligible_at, decision.at)} UTC"
    return f"{_WOULD[decision.outcome]}: {decision.text}"


def hover_words(decision: Decision, now: datetime) -> str:
    """``Would be reused now: built 40 min ago, next eligible 10:40 UTC``; ages are those at ``now``."""
    would = _WOULD[decision.outcome]
    ago = ""
    if decision.built_at is not None and decision.built_at <= now:
        ago = f"built {span_words(60 * ((now - decision.built_at).total_seconds() // 60))} ago"
    if decision.outcome == "reuse" and decision.eligible_at is not None:
        parts = [ago, f"next eligible {moment_words(decision.eligible_at, now)} UTC"]
    else:
        parts = [decision.text, ago and f"last {ago}"]
    return f"{would[0].upper()}{would[1:]} now: {', '.join(part for part in parts if part)}"
