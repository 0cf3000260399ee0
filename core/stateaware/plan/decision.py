"""What a plan says about a node, and about all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from stateaware.plan.measured import How
from stateaware.plan.modes import Options
from stateaware.plan.nodes import Window
from stateaware.plan.reasons import REASONS, Outcome, ReasonCode
from stateaware.records import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """An upstream that has changed since the node was built, or that may have.

    ``then`` is the version that the node was built from, ``now`` the present one; None where there is
    none. ``certain`` is False where nobody here knows whether it changed.
    """

    upstream: str
    then: str | None
    now: str | None
    how: How
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """What was taken for granted, or what somebody should look at, as a sentence about a node."""

    kind: Literal["assumed", "warning"]
    unique_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a node, and why.

    Args:
        unique_id: whose.
        reason: a key of ``REASONS``.
        rule: the row of the table of rules that decided.
        at: the moment it was decided for.
        changes: the upstreams that changed or may have, as far as that was asked.
        same: the effective parents that have certainly not changed, as far as that was asked.
        because: the parents that failed, or whose code changed, where that is the reason.
        recoded: what changed in its own code, in words, where it did and that is known.
        window: the window in force.
        built_at: where the window counts from; None where no good build is known.
        eligible_at: from when on new data may build it again; None where nothing holds it back.
        notes: what was assumed for it.
    """

    unique_id: str
    reason: ReasonCode
    rule: str
    at: datetime
    changes: tuple[Change, ...] = ()
    same: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    recoded: str = ""
    window: Window | None = None
    built_at: datetime | None = None
    eligible_at: datetime | None = None
    notes: tuple[Note, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What happens."""
        return REASONS[self.reason].outcome

    @property
    def left(self) -> timedelta:
        """How much of the window is left; nothing where it has passed."""
        return self.eligible_at - self.at if self.eligible_at is not None else timedelta(0)

    @property
    def text(self) -> str:
        """The reason as a sentence."""
        from stateaware.plan.words import reason_words

        return reason_words(self)

    @property
    def dbt_text(self) -> str:
        """What dbt itself prints; empty where it says nothing."""
        from stateaware.plan.words import dbt_words

        return dbt_words(self)


@dataclass(frozen=True, slots=True)
class Plan:
    """The decisions for all selected nodes at one moment, parents before children.

    ``notes`` are the warnings that concern more than one decision.
    """

    at: datetime
    options: Options
    decisions: Mapping[str, Decision]
    notes: tuple[Note, ...] = ()

    @property
    def assumptions(self) -> tuple[Note, ...]:
        """What was taken for granted, each once."""
        return self._of("assumed")

    @property
    def warnings(self) -> tuple[Note, ...]:
        """What somebody should look at, each once."""
        return self._of("warning")

    def _of(self, kind: str) -> tuple[Note, ...]:
        every = (*self.notes, *(note for one in self.decisions.values() for note in one.notes))
        return tuple(dict.fromkeys(note for note in every if note.kind == kind))

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many nodes have each outcome."""
        return Counter(decision.outcome for decision in self.decisions.values())

    def having(self, *outcomes: Outcome) -> tuple[str, ...]:
        """The nodes with one of these outcomes, in the order of the plan."""
        return tuple(key for key, decision in self.decisions.items() if decision.outcome in outcomes)
