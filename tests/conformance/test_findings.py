"""Findings: dbt's own errors and warnings are found, and nothing is called an error that dbt accepts.

A recorded error or warning is matched by a finding with the same engine code and severity, in the
same file where dbt gives one and on the same line where dbt gives one; each finding matches once.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance.case import ENGINES, Case, find_cases
from conformance.differences import known_difference
from conformance.test_values import load_options
from stateaware.findings import Finding
from stateaware.records import replace
from stateaware.rules.registry import select_rules
from stateaware.workspace import Project, load_project

SHARES = {"fusion": 0.95, "core": 0.90}


@cache
def findings_of(case: Case, engine: str) -> tuple[Project, tuple[Finding, ...]]:
    project = load_project(case.project, replace(load_options(case, engine), recover=True))
    found = tuple(
        finding
        for rule in select_rules(engine=engine)
        for subject in rule.subjects(project)
        for finding in rule.check(subject, project)
    )
    return project, found


def engine_code(diagnostic: dict[str, Any], engine: str) -> str:
    """dbt v2's code; dbt Core's exception or event class."""
    return str(diagnostic["code"] if engine == "fusion" else diagnostic["category"])


def fits(diagnostic: dict[str, Any], severity: str, finding: Finding, engine: str, project: Project) -> bool:
    """Whether a finding says what dbt said."""
    if finding.severity != severity or engine_code(diagnostic, engine) not in finding.engine_codes:
        return False
    file = diagnostic.get("file")
    if file is not None and not same_file(file, finding.place.file, project, engine):
        return False
    line = diagnostic.get("line")
    span = finding.place.span
    return line is None or (span is not None and span.line == line)


def same_file(dbts: str, ours: str, project: Project, engine: str) -> bool:
    """dbt names files inside a package relative to it, and dbt Core some by their bare name."""
    folders = [package.folder for package in project.packages if not package.is_root]
    candidates = {ours} | {ours[len(f) + 1 :] for f in folders if ours.startswith(f"{f}/")}
    return dbts in candidates or (engine == "core" and dbts == ours.rsplit("/", 1)[-1])


def match(
    diagnostics: list[tuple[str, dict[str, Any]]], found: tuple[Finding, ...], engine: str, project: Project
) -> list[tuple[str, dict[str, Any]]]:
    """The diagnostics of dbt that no finding matches, each finding used once (augmenting paths)."""
    taken: dict[int, int] = {}

    def place(at: int, seen: set[int]) -> bool:
        severity, diagnostic = diagnostics[at]
        for index, finding in enumerate(found):
            if index in seen or not fits(diagnostic, severity, finding, engine, project):
                continue
            seen.add(index)
            if index not in taken or place(taken[index], seen):
                taken[index] = at
                return True
        return False

    return [diagnostics[at] for at in range(len(diagnostics)) if not place(at, set())]


def recorded(run: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [("error", d) for d in run["errors"]] + [("warning", d) for d in run["warnings"]]


@pytest.mark.parametrize("engine", ENGINES.values())
def test_what_dbt_reports_is_found(case: Case, engine: str) -> None:
    run = case.runs.get(engine)
    if run is None or not recorded(run):
        pytest.skip("dbt reported nothing under this engine, or was not asked")
    project, found = findings_of(case, engine)
    missed = match(recorded(run), found, engine, project)
    reason = known_difference(case.id, engine, "findings")
    if reason:
        assert missed, "no longer different: take it out of differences.yaml"
        pytest.skip(f"known difference: {reason}")
    ours = [
        (f.severity, f.code, f.engine_codes, f.place.file, f.place.span and f.place.span.line) for f in found
    ]
    assert not missed, f"unmatched: {json.dumps(missed, indent=1)}\nfound: {ours}"


@pytest.mark.parametrize("engine", ENGINES.values())
def test_no_error_where_dbt_has_none(case: Case, engine: str) -> None:
    run = case.runs.get(engine)
    if run is None or run["errors"]:
        pytest.skip("dbt reported errors under this engine, or was not asked")
    _, found = findings_of(case, engine)
    assert [f"{f.code} {f.message}" for f in found if f.severity == "error"] == []


@pytest.mark.parametrize("engine", ENGINES.values())
def test_matched_share(engine: str) -> None:
    """The share of all that dbt reported in the bundled cases, known differences counted as missed."""
    total = missed = 0
    for case in find_cases(Path(__file__).parent / "cases"):
        run = case.runs.get(engine)
        if run is None or not recorded(run):
            continue
        project, found = findings_of(case, engine)
        total += len(recorded(run))
        missed += len(match(recorded(run), found, engine, project))
    share = 1 - missed / total
    print(f"{engine}: {total - missed} of {total} errors and warnings of dbt matched, {share:.1%}")
    assert share >= SHARES[engine], f"{missed} of {total} missed"
