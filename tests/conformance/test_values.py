"""Effective values: every case that dbt parses gives dbt's own values, under dbt's own engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.case import ENGINES, KEYS, LOADER, Case
from conformance.differences import known_difference
from stateaware.config.profiles import PROFILES
from stateaware.inputs import LoadOptions
from stateaware.report.resolution import resolution
from stateaware.workspace import load_project


def load_options(case: Case, engine: str) -> LoadOptions:
    """The options that stand for the command line of a recorded run."""
    written = case.option("--vars")
    return LoadOptions(
        profile=PROFILES[engine],
        target=case.option("--target") or "dev",
        vars=yaml.load(written, LOADER) if written else {},
        env={str(k): str(v) for k, v in (case.inputs.get("env") or {}).items()},
        adapter="duckdb",
        everything=True,
    )


def expected_values(run: dict[str, Any]) -> dict[str, Any]:
    """unique_id to config, of the models and sources in a recorded manifest."""
    return {
        unique_id: {key: node["config"][key] for key in KEYS if key in node["config"]}
        for unique_id, node in run["nodes"].items()
        if node["resource_type"] in ("model", "source")
    }


@pytest.mark.parametrize("engine", ENGINES.values())
def test_effective_values(case: Case, engine: str) -> None:
    run = case.runs.get(engine)
    if run is None or not run["manifest_written"]:
        pytest.skip("dbt wrote no manifest under this engine, or was not asked")
    reason = known_difference(case.id, engine, "values")
    document = resolution(load_project(Path(case.project), load_options(case, engine)))
    found = {unique_id: node["config"] for unique_id, node in document["nodes"].items()}
    if reason:
        assert found != expected_values(run), "no longer different: take it out of differences.yaml"
        pytest.skip(f"known difference: {reason}")
    assert found == expected_values(run)
