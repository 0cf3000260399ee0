"""Settings that are called alike for all engines are: held against whole projects under each engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.case import Case, find_cases
from conformance.test_values import load_options
from stateaware.explain.explanation import same_value
from stateaware.graph.nodes import SourceNode
from stateaware.rules.portable import same_for_model, same_for_table, same_loaded_at
from stateaware.workspace import Project, load_project
from unit.rules.projects import read_project, write_project

CASES = find_cases(Path(__file__).parents[2] / "conformance" / "cases")


def alike(table: SourceNode) -> bool:
    pair = (table.layers["loaded_at_field"], table.layers["loaded_at_query"])
    return same_for_table(table.layers["freshness"]) and same_loaded_at(*pair)


def told_alike(project: Project) -> int:
    """How many nodes are called alike; every engine must have the same in force for each of them."""
    found = 0
    engines = [project.under(engine) for engine in ("fusion", "core")]
    for unique_id, model in project.models.items():
        settings = model.effective["freshness"].order
        if not model.package.is_root or model.version is not None or not same_for_model(settings):
            continue
        found += bool(settings)
        for other in engines:
            if unique_id in other.models:
                value = other.models[unique_id].effective["freshness"]
                assert same_value(model.effective["freshness"], value), unique_id
    for table in project.sources.values():
        if not table.package.is_root or table.config is None or not alike(table):
            continue
        for other in engines:
            there = next((node for node in other.sources.values() if node.fqn == table.fqn), None)
            if there is not None and there.config is not None:
                found += 1
                for key, value in table.config.effective.items():
                    assert same_value(value, there.config.effective[key]), (table.label, key)
    return found


@pytest.mark.parametrize("topic", sorted({case.id.split("_")[0] for case in CASES}))
def test_recorded_cases(topic: str) -> None:
    for case in CASES:
        if case.id.split("_")[0] == topic:
            assert told_alike(load_project(case.project, load_options(case, "documented"))) >= 0, case.id


def test_something_is_called_alike() -> None:
    by_id: dict[str, Case] = {case.id: case for case in CASES}
    case = next(case for name, case in by_id.items() if name.startswith("prec_05"))
    assert told_alike(load_project(case.project, load_options(case, "documented"))) > 0


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("{build_after: {count: 4, period: hour}}", True),
        ("{build_after: {count: 0, period: minute, updates_on: all}}", True),
        ("{build_after: {count: 4, period: 'hour'}}", True),
        ("{build_after: {count: '4', period: hour}}", False),
        ("{build_after: {count: 010, period: hour}}", False),
        ("{build_after: {count: 1_0, period: hour}}", False),
        ("{build_after: {count: -4, period: hour}}", False),
        ("{build_after: {count: 4.0, period: hour}}", False),
        ("{build_after: {count: 4, period: second}}", False),
        ("{build_after: {count: 4}}", False),
        ("{build_after: {updates_on: all}}", False),
        ("{build_after: {count: 4, period: hour, updates_on: null}}", False),
        ("{build_after: {count: 4, period: hour, more: 1}}", False),
        ("{build_after: {count: 4, period: hour}, more: 1}", False),
        ("{build_after: null}", False),
        ("{}", False),
        ("null", False),
    ],
)
def test_model_blocks(tmp_path: Path, block: str, expected: bool) -> None:
    files = {
        "models/_m.yml": f"models:\n  - name: a\n    config: {{freshness: {block}}}\n",
        "models/a.sql": "select 1",
    }
    model = read_project(write_project(tmp_path, files)).models["model.shop.a"]
    assert same_for_model(model.effective["freshness"].order) is expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("{freshness: {warn_after: {count: 4, period: hour}}}", True),
        ("{freshness: {warn_after: {count: 4, period: hour}, filter: 'a > 1'}, loaded_at_field: t}", True),
        ("{loaded_at_query: 'select max(t) from x'}", True),
        ("{freshness: {filter: 'a > 1'}}", False),
        ("{freshness: {warn_after: {count: 4}}}", False),
        ("{freshness: {warn_after: null}}", False),
        ("{freshness: null}", False),
        ("{freshness: {warn_after: {count: 4, period: hour}, loaded_at_field: t}}", False),
        ("{loaded_at_field: t, loaded_at_query: 'select 1'}", False),
        ("{loaded_at_field: null}", False),
        ("{loaded_at_field: yes}", False),
        ("{loaded_at_field: ''}", False),
        ("{loaded_at_field: \"{{ var('f', 't') }}\"}", False),
    ],
)
def test_tables(tmp_path: Path, config: str, expected: bool) -> None:
    files = {
        "models/_s.yml": f"sources:\n  - name: raw\n    tables:\n      - {{name: a, config: {config}}}\n"
    }
    table = read_project(write_project(tmp_path, files)).sources["source.shop.raw.a"]
    assert alike(table) is expected
