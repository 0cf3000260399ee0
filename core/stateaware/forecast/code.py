"""Whether the code of nodes is that of their last builds."""

from __future__ import annotations

from typing import Final

from stateaware.artifacts.run_results import Runs
from stateaware.artifacts.then import built_code
from stateaware.fingerprint.compare import settle
from stateaware.forecast.origin import Origin
from stateaware.plan.state import Fingerprint, code_differs
from stateaware.records import dataclass, field

_MOST_DESCRIBED: Final = 200
"""Telling what changed takes as long as finding that something did; nobody reads more than that."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Fingerprints of nodes as they were built and as they are now, by unique_id, where both are known.

    ``described`` says what changed.
    """

    then: dict[str, Fingerprint] = field(default_factory=dict)
    now: dict[str, Fingerprint] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)


def compare_code(origin: Origin, runs: Runs) -> Codes:
    """The code of an origin beside that of the last good builds."""
    found = Codes()
    before = built_code(runs, origin.root, origin.manifest)
    for unique_id, present in (origin.code() if before else {}).items():
        if unique_id not in before:
            continue
        then, now = settle(before[unique_id], present, origin.adapter)
        found.then[unique_id], found.now[unique_id] = then, now
        if len(found.described) < _MOST_DESCRIBED and code_differs(then, now)[0]:
            from stateaware.fingerprint.words import describe_change

            found.described[unique_id] = describe_change(before[unique_id], present, origin.adapter)
    return found
