"""A key one level too far to the left: the empty key above it is no null that somebody meant."""

from __future__ import annotations

from pathlib import Path

from stateaware.rules.registry import get_rule
from written import PROJECT, make_project

TREE = PROJECT + "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day, updates_on: all}}\n"


def fixes(tmp_path: Path, code: str, files: dict[str, str | bytes]) -> list[bool]:
    """Whether each finding of a rule offers a fix."""
    project = make_project(tmp_path, {"models/a.sql": "select 1 as id", **files})
    rule = get_rule(code)
    found = (finding for subject in rule.subjects(project) for finding in rule.check(subject, project))
    return [bool(finding.fixes) for finding in found]


def test_a_null_above_a_slipped_build_after_is_not_taken_for_an_opt_out(tmp_path: Path) -> None:
    text = "models:\n  - name: a\n    config:\n      freshness:\n      build_after: {count: 1, period: day}\n"
    assert fixes(tmp_path, "SA301", {"dbt_project.yml": TREE, "models/s.yml": text}) == [False]


def test_a_null_alone_is_one(tmp_path: Path) -> None:
    text = "models:\n  - name: a\n    config:\n      freshness:\n"
    assert fixes(tmp_path, "SA301", {"dbt_project.yml": TREE, "models/s.yml": text}) == [True]


def test_an_empty_freshness_above_slipped_thresholds_is_not_moved(tmp_path: Path) -> None:
    text = (
        "sources:\n  - name: raw\n    freshness:\n    warn_after: {count: 1, period: day}\n"
        "    tables:\n      - name: t\n"
    )
    assert fixes(tmp_path, "SA405", {"models/s.yml": text}) == [False]


def test_an_opt_out_does_not_miss_what_is_waited_for(tmp_path: Path) -> None:
    text = "models:\n  - name: a\n    config: {freshness: {build_after: {count: 0, period: minute}}}\n"
    assert fixes(tmp_path, "SA408", {"dbt_project.yml": TREE, "models/s.yml": text}) == []
