"""Values that cannot be known before dbt runs, and how an evaluation goes on in spite of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_PATHS: Final = 16
"""How many combinations of undecided conditions are tried."""
_LONGEST_KEY: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Undecided:
    """A value that is not known. ``key`` names the expression: equal keys are equal values."""

    reason: str
    key: str

    def derive(self, how: str) -> Undecided:
        """The unknown value of an operation on this one."""
        return Undecided(self.reason, (self.key + how)[-_LONGEST_KEY:])


class Undecidable(Exception):
    """The rest of an evaluation hangs on a value that is not known."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LimitExceeded(Undecidable):
    """An evaluation needs more steps, depth or memory than it is granted."""


class Decisions:
    """Which way each undecided condition goes in one run.

    A run follows ``script`` and takes the true branch of every further condition. ``taken`` is what
    it did; ``others()`` are the scripts of the runs still to be made.
    """

    __slots__ = ("_script", "_taken", "reason")

    def __init__(self, script: tuple[bool, ...] = ()) -> None:
        self._script = script
        self._taken: dict[str, bool] = {}
        self.reason = ""

    def decide(self, condition: Undecided) -> bool:
        """Whether a condition holds in this run; the same condition always gives the same."""
        if condition.key not in self._taken:
            at = len(self._taken)
            self._taken[condition.key] = self._script[at] if at < len(self._script) else True
            self.reason = self.reason or condition.reason
            if at >= MAX_PATHS:
                raise Undecidable(condition.reason)
        return self._taken[condition.key]

    def others(self) -> list[tuple[bool, ...]]:
        """The scripts that differ from this run in one condition that it was free to decide."""
        taken = tuple(self._taken.values())
        return [(*taken[:at], not taken[at]) for at in range(len(self._script), len(taken))]
