"""SA510: freshness on Python models."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import found_in, marked

MODEL = "def model(dbt, session):\n    return dbt.ref('a')\n"
CONFIGURED = (
    "def model(dbt, session):\n"
    "    dbt.config(freshness={'build_after': {'count': 4, 'period': 'hour'}})\n"
    "    return dbt.ref('a')\n"
)


def properties(config: str) -> str:
    return f"models:\n  - name: p\n    config:\n      {config}\n"


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_in_its_properties(tmp_path: Path, engine: str) -> None:
    files = {
        "models/p.py": MODEL,
        "models/_m.yml": properties("freshness: {build_after: {count: 4, period: hour}}"),
    }
    (finding,) = found_in(tmp_path, files, "SA510", engine)
    assert finding.severity == "warning"
    assert finding.message == (
        "build_after has no effect for `p`, a Python model: state-aware builds work for SQL models only"
    )
    assert finding.node == "model.shop.p"
    assert marked(finding, files) == "build_after: {count: 4, period: hour}"


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_in_its_code(tmp_path: Path, engine: str) -> None:
    files = {"models/p.py": CONFIGURED}
    (finding,) = found_in(tmp_path, files, "SA510", engine)
    assert finding.severity == "warning"
    assert marked(finding, files) == "'build_after': {'count': 4, 'period': 'hour'}"


def test_inherited_is_an_information_told_once(tmp_path: Path) -> None:
    project = "name: shop\nmodels:\n  shop:\n    marts:\n      +freshness:\n        build_after: {count: 4, period: hour}\n"
    files = {
        "dbt_project.yml": project,
        "models/marts/p.py": MODEL,
        "models/marts/q.py": MODEL,
        "models/marts/s.sql": "select 1",
    }
    (finding,) = found_in(tmp_path, files, "SA510")
    assert finding.severity == "info"
    assert finding.node is None
    assert "the Python models `p` and `q`:" in finding.message
    assert marked(finding, files) == "build_after: {count: 4, period: hour}"


def test_written_under_its_name(tmp_path: Path) -> None:
    project = "name: shop\nmodels:\n  shop:\n    p:\n      +freshness:\n        build_after: {count: 4, period: hour}\n"
    (finding,) = found_in(tmp_path, {"dbt_project.yml": project, "models/p.py": MODEL}, "SA510")
    assert (finding.severity, finding.node) == ("warning", "model.shop.p")


def test_state(tmp_path: Path) -> None:
    files = {"models/p.py": MODEL, "models/_m.yml": properties("state: {lag_tolerance: 4h}")}
    (finding,) = found_in(tmp_path, files, "SA510")
    assert finding.message.startswith("state has no effect for `p`")
    assert found_in(tmp_path, files, "SA510", "core") == []


@pytest.mark.parametrize(
    "config",
    [
        "freshness: {build_after: {count: 0, period: minute}}",
        "freshness: {}",
        "freshness: null",
        "freshness: {build_after: null}",
        "tags: [a]",
    ],
)
def test_silent(tmp_path: Path, config: str) -> None:
    files = {"models/p.py": MODEL, "models/_m.yml": properties(config)}
    assert found_in(tmp_path, files, "SA510") == []


def test_sql_models(tmp_path: Path) -> None:
    files = {
        "models/p.sql": "select 1",
        "models/_m.yml": properties("freshness: {build_after: {count: 4, period: hour}}"),
    }
    assert found_in(tmp_path, files, "SA510") == []


def test_packages_are_left_alone(tmp_path: Path) -> None:
    files = {"dbt_packages/dep/dbt_project.yml": "name: dep\n", "dbt_packages/dep/models/p.py": CONFIGURED}
    assert found_in(tmp_path, files, "SA510") == []
