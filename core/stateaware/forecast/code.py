"""Whether the code of a project's nodes is that of their last builds."""

from __future__ import annotations

from stateaware.artifacts.run_results import Runs
from stateaware.artifacts.then import built_code
from stateaware.fingerprint.compare import settle
from stateaware.fingerprint.project import code_by_id
from stateaware.plan.state import Fingerprint
from stateaware.workspace import Project


def compare_code(
    project: Project, runs: Runs, adapter: str
) -> tuple[dict[str, Fingerprint], dict[str, Fingerprint]]:
    """Fingerprints of the nodes then and now, by unique_id, where both are known."""
    before = built_code(runs, project.root)
    if not before:
        return {}, {}
    then: dict[str, Fingerprint] = {}
    now: dict[str, Fingerprint] = {}
    for unique_id, present in code_by_id(project).items():
        if unique_id in before:
            then[unique_id], now[unique_id] = settle(before[unique_id], present, adapter)
    return then, now
