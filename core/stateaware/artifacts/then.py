"""The code that was built: what a fingerprint of the last good build is made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stateaware.artifacts.manifest import MANIFEST, Manifest, read_manifest
from stateaware.artifacts.reading import Artifact, ArtifactError
from stateaware.artifacts.run_results import Runs
from stateaware.fingerprint.code import NodeCode


def built_code(runs: Runs, root: Path | None = None, known: Manifest | None = None) -> dict[str, NodeCode]:
    """The code of each node's last good build, as far as the artifacts of that run have it.

    The manifest beside the results counts where the same run of dbt wrote both; else there is only the
    compiled code that dbt Core keeps in the results. ``root`` is the project, for its seeds; ``known`` a
    manifest that has been read, and is not read again.
    """
    manifests: dict[Path, Mapping[str, NodeCode]] = {}
    found: dict[str, NodeCode] = {}
    for unique_id, built in runs.built.items():
        path = built.artifact.path
        if path not in manifests:
            manifest = _beside(built.artifact, known)
            manifests[path] = {} if manifest is None else manifest.code_in(root)
        code = manifests[path].get(unique_id)
        if code is None and (built.compiled is not None or built.relation is not None):
            code = NodeCode(
                unique_id,
                compiled=built.compiled,
                relation=built.relation,
                engine=built.artifact.dbt_version.partition(".")[0],
                whole=False,
            )
        if code is not None:
            found[unique_id] = code
    return found


def _beside(results: Artifact, known: Manifest | None) -> Manifest | None:
    path = results.path.parent / MANIFEST
    try:
        manifest = known if known is not None and path == known.path else read_manifest(path)
    except ArtifactError:
        return None
    same = bool(results.invocation_id) and manifest.artifact.invocation_id == results.invocation_id
    return manifest if same else None
