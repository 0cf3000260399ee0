"""Whether the code of nodes is that of their last builds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.compare import settle
from stateaware.forecast.origin import Origin
from stateaware.plan.state import Fingerprint, code_differs
from stateaware.records import dataclass, field

_MOST_DESCRIBED: Final = 200
"""Telling what changed takes as long as finding that something did; nobody reads more than that."""
Comparisons: TypeAlias = dict[str, tuple[NodeCode, Fingerprint, Fingerprint]]
"""The code of nodes with the fingerprints that it had beside that of the last good builds."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Fingerprints of nodes as they were built and as they are now, by unique_id, where both are known.

    ``described`` says what changed.
    """

    then: dict[str, Fingerprint] = field(default_factory=dict)
    now: dict[str, Fingerprint] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)


def compare_code(origin: Origin, before: Mapping[str, NodeCode], known: Comparisons | None = None) -> Codes:
    """The code of an origin beside that of the last good builds.

    ``known`` keeps what was compared, for the next time with other files and the same builds.
    """
    found = Codes()
    for unique_id, present in (origin.code() if before else {}).items():
        if unique_id not in before:
            continue
        compared = known.get(unique_id) if known is not None else None
        if compared is None or compared[0] != present:
            compared = (present, *settle(before[unique_id], present, origin.adapter))
            if known is not None:
                known[unique_id] = compared
        _, then, now = compared
        found.then[unique_id], found.now[unique_id] = then, now
        if len(found.described) < _MOST_DESCRIBED and code_differs(then, now)[0]:
            from stateaware.fingerprint.words import describe_change

            found.described[unique_id] = describe_change(before[unique_id], present, origin.adapter)
    return found
