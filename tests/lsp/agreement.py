"""Whether the index says what a check of the same files says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stateaware.check.selection import Selection
from stateaware.check.session import Controls, Plan, Session
from stateaware.check.settings import Settings
from stateaware.findings import Finding
from stateaware.index import Index
from stateaware.index.index import Findings
from stateaware.inputs import LoadOptions


def check(root: Path, settings: Settings, options: LoadOptions, overlay: Mapping[str, bytes]) -> Findings:
    """What ``stateaware check`` finds, by file, where some files have other contents."""
    plan = Plan(root=root, settings=settings, load=options, selection=Selection())
    found: dict[str, list[Finding]] = {}
    for finding in Session([plan], Controls()).findings_with(plan, overlay):
        found.setdefault(finding.place.file, []).append(finding)
    return {file: tuple(findings) for file, findings in found.items()}


def differences(index: Index, expected: Findings, *, by_file: bool = True) -> list[str]:
    """Where an index says something else than is expected, in all or about one of its files."""
    out = [f"all: {text}" for text in _differ(index.findings(), expected)]
    if not by_file:
        return out
    for path, file in index.inputs.names.items():
        found = {file: index.findings_of(path)}
        out += [f"alone: {text}" for text in _differ(found, {file: expected.get(file, ())})]
    return out


def _differ(found: Findings, expected: Findings) -> list[str]:
    return [
        f"{file}: {_briefly(found.get(file, ()))} instead of {_briefly(expected.get(file, ()))}"
        for file in sorted(found.keys() | expected.keys())
        if found.get(file, ()) != expected.get(file, ())
    ]


def _briefly(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{one.code} {one.place.span} {one.message[:60]}" for one in findings]
