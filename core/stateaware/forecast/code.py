"""Whether the code of nodes is that of their last builds."""

from __future__ import annotations

from stateaware.artifacts.run_results import Runs
from stateaware.artifacts.then import built_code
from stateaware.fingerprint.compare import settle
from stateaware.forecast.origin import Origin
from stateaware.plan.state import Fingerprint


def compare_code(origin: Origin, runs: Runs) -> tuple[dict[str, Fingerprint], dict[str, Fingerprint]]:
    """Fingerprints of the nodes then and now, by unique_id, where both are known."""
    before = built_code(runs, origin.root, origin.manifest)
    if not before:
        return {}, {}
    then: dict[str, Fingerprint] = {}
    now: dict[str, Fingerprint] = {}
    for unique_id, present in origin.code().items():
        if unique_id in before:
            then[unique_id], now[unique_id] = settle(before[unique_id], present, origin.adapter)
    return then, now
