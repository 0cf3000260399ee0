"""``scan_sql`` against what the real dbt engines said of the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from stateaware.syntax.sql import DECIDING, SqlFacts, scan_sql
from stateaware.syntax.tree import Expression, Mapping, Node, Scalar, Sequence

CASES = Path(__file__).parents[2] / "conformance" / "cases"
DBT_V2_SYNTAX_ERROR = "dbt1502"


def expected_run(case: str, engine: str) -> dict[str, Any]:
    recorded = yaml.safe_load((CASES / case / "expected.yaml").read_text("utf-8"))
    run: dict[str, Any] = next(run for run in recorded["runs"] if run["engine"] == engine)
    return run


def model_files() -> list[tuple[str, Path]]:
    """Every model of every recorded case that dbt v2 read as SQL."""
    paths = sorted(CASES.glob("*/project/models/**/*"))
    return [(path.relative_to(CASES).parts[0], path) for path in paths if path.suffix.lower() == ".sql"]


def native(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.native
    if isinstance(node, Sequence):
        return [native(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {entry.key.native: native(entry.value) for entry in node.entries}


def holds_expression(node: Node) -> bool:
    if isinstance(node, Mapping):
        return any(holds_expression(entry.value) for entry in node.entries)
    if isinstance(node, Sequence):
        return any(holds_expression(item) for item in node.items)
    return isinstance(node, Expression)


def is_decided(facts: SqlFacts) -> bool:
    """Whether the file's own text is enough to know its freshness."""
    values = [entry.value for call in facts.configs for entry in call.arguments if entry.key.text in DECIDING]
    unpacked = any(call.unpacked for call in facts.configs)
    return not (facts.needs_render or facts.calls or unpacked or any(map(holds_expression, values)))


def written_freshness(facts: SqlFacts) -> object:
    """What the calls of a file set, merged as dbt v2 does: the last that is not null."""
    value: object = None
    for call in facts.configs:
        entry = call.get("freshness")
        if entry is not None and native(entry.value) is not None:
            value = native(entry.value)
    return value


def test_there_are_recorded_cases() -> None:
    assert len(model_files()) > 300


def test_syntax_errors_are_found_where_dbt_v2_finds_them() -> None:
    ours, theirs = {}, {}
    for case, path in model_files():
        name = path.relative_to(CASES / case / "project").as_posix()
        problem = scan_sql(path.read_bytes(), name).problem
        if problem is not None and problem.reported_at is not None:
            ours[case, name] = problem.reported_at[:2]
        for error in expected_run(case, "v2")["errors"]:
            if error["code"] == DBT_V2_SYNTAX_ERROR and error["file"] == name:
                theirs[case, name] = (error["line"], error["col"])
    assert ours == theirs
    assert theirs


@pytest.mark.parametrize(
    "case", sorted({case for case, _ in model_files() if case.startswith(("sql_", "val_sql"))})
)
def test_static_reading_gives_the_values_of_dbt_v2(case: str) -> None:
    nodes = expected_run(case, "v2").get("nodes", {})
    for unique_id, node in nodes.items():
        path = CASES / case / "project" / node["path"]
        facts = scan_sql(path.read_bytes(), node["path"])
        freshness = written_freshness(facts) if is_decided(facts) else None
        if isinstance(freshness, dict) and isinstance(freshness.get("build_after"), dict):
            empty = {"count": None, "period": None, "updates_on": None}
            assert node["config"]["freshness"] == {"build_after": {**empty, **freshness["build_after"]}}, (
                unique_id
            )


def test_bad_values_are_reported_where_dbt_v2_reports_them() -> None:
    compared = 0
    for case, path in model_files():
        name = path.relative_to(CASES / case / "project").as_posix()
        facts = scan_sql(path.read_bytes(), name)
        for error in expected_run(case, "v2")["errors"]:
            bad_value = error["code"] == "dbt1501" and "parse node configuration" in error["message"]
            if bad_value and error.get("file") == name and len(facts.configs) == 1:
                reported = facts.configs[0].reported_at
                assert reported is not None
                assert reported[:2] == (error["line"], error["col"]), case
                compared += 1
    assert compared > 5
