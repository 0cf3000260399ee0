"""Whether the code of a project's nodes is that of their last builds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stateaware.artifacts.manifest import MANIFEST, read_manifest
from stateaware.artifacts.run_results import Runs
from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.compare import settle
from stateaware.fingerprint.project import code_by_id
from stateaware.plan.state import Fingerprint
from stateaware.workspace import Project


def compare_code(
    project: Project, runs: Runs, adapter: str
) -> tuple[dict[str, Fingerprint], dict[str, Fingerprint]]:
    """Fingerprints of the nodes then and now, by unique_id, where both are known.

    What was built is told by the manifest beside the run's results, if it is of the same invocation:
    dbt replaces it with every command, and after another one it tells the code of then no more.

    Raises:
        ArtifactError: a manifest cannot be used.
    """
    written: dict[Path, Mapping[str, NodeCode]] = {}
    for artifact in runs.files:
        path = artifact.path.parent / MANIFEST
        if path.is_file():
            manifest = read_manifest(path)
            if manifest.artifact.invocation_id == artifact.invocation_id:
                written[artifact.path] = manifest.code_in(project.root)
    if not written:
        return {}, {}
    then: dict[str, Fingerprint] = {}
    now: dict[str, Fingerprint] = {}
    present = code_by_id(project)
    for unique_id, built in runs.built.items():
        before, after = written.get(built.artifact.path, {}).get(unique_id), present.get(unique_id)
        if before is not None and after is not None:
            then[unique_id], now[unique_id] = settle(before, after, adapter)
    return then, now
