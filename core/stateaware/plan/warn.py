"""What somebody should look at, beyond single decisions."""

from __future__ import annotations

from collections.abc import Iterable

from stateaware.plan.decision import Decision, Note
from stateaware.plan.measured import MEASUREMENTS, How
from stateaware.plan.words import named


def warn_about(decisions: Iterable[Decision]) -> tuple[Note, ...]:
    """A warning for each upstream that dbt counts as new because it cannot date it, or that is not there."""
    readers: dict[tuple[str, How], int] = {}
    for decision in decisions:
        for change in decision.changes:
            if MEASUREMENTS[change.how].warns:
                key = (change.upstream, change.how)
                readers[key] = readers.get(key, 0) + 1
    return tuple(Note("warning", upstream, _text(upstream, how, n)) for (upstream, how), n in readers.items())


def _text(upstream: str, how: How, readers: int) -> str:
    measurement = MEASUREMENTS[how]
    told = f"{named(upstream)} {measurement.words}"
    if measurement.changed is None:
        return f"{told}: it is read, and dbt stops where it does not exist"
    what = "what reads it" if readers == 1 else f"the {readers} nodes that read it"
    return f"{told}, so it counts as new in every run: {what} can only be held back by a window"
