"""The machine-readable report; ``schemas/check-output.schema.json`` describes it."""

from __future__ import annotations

import json
from typing import Any, Final

from stateaware.check.result import CheckResult, Item, ProjectResult
from stateaware.findings import Finding, Fix, Place
from stateaware.report.characters import encodable
from stateaware.report.listing import list_findings, span_of
from stateaware.report.options import ReportOptions
from stateaware.report.summary import count_findings, count_outcomes, count_waiting
from stateaware.text import Span

SCHEMA_VERSION: Final = 1


def render(result: CheckResult, options: ReportOptions) -> str:
    """An object with the keys always in the same order; ASCII, so that any stream can carry it."""
    listed = list_findings(result)
    counted = [one for one in listed if one.finding.suppressed is None]
    report: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "projects": [
            {
                "folder": project.folder,
                "name": project.name,
                "engine": project.engine,
                "files": project.files,
                "nodes": project.nodes,
            }
            for project in result.projects
        ],
        "findings": [finding_object(one.finding, one.project.folder) for one in counted],
        "suppressed": [
            finding_object(one.finding, one.project.folder)
            for one in listed
            if one.finding.suppressed is not None
        ],
    }
    if any(project.items is not None for project in result.projects):
        report["items"] = [
            _item(item, project) for project in result.projects for item in project.items or ()
        ]
    if result.durations:
        report["durations"] = [
            {"item": item, "seconds": round(seconds, 6)} for seconds, item in result.durations
        ]
    report["notices"] = list(result.notices)
    report["summary"] = _summary(result, [one.finding for one in counted])
    return write(report)


def write(value: object) -> str:
    """JSON text as all commands write it: ASCII, indented, ending in a line feed."""
    return json.dumps(_encodable(value), indent=2, ensure_ascii=True) + "\n"


def finding_object(finding: Finding, project: str) -> dict[str, Any]:
    """A finding as it stands in the JSON of check, resolve and explain."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "project": project,
        **place_object(finding.place),
        "node": finding.node,
        "item": finding.item,
        "hint": finding.hint,
        "notes": list(finding.notes),
        "related": [
            {"message": related.message, **place_object(related.place)} for related in finding.related
        ],
        "fixable": bool(finding.fixes),
        "fixes": [_fix(fix) for fix in finding.fixes],
        "engine_codes": list(finding.engine_codes),
        "tags": list(finding.tags),
        "suppression": finding.suppressed
        and {"kind": finding.suppressed.kind, "reason": finding.suppressed.reason},
    }


def place_object(place: Place) -> dict[str, Any]:
    """``file``, ``line``, ``column``, ``end_line`` and ``end_column``, the end exclusive."""
    return {"file": place.file, **_range(span_of(place))}


def _range(span: Span) -> dict[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{"file": edit.file, **_range(edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _item(item: Item, project: ProjectResult) -> dict[str, Any]:
    return {
        "id": item.id,
        "code": item.code,
        "label": item.label,
        "project": project.folder,
        **place_object(item.place),
        "outcome": item.outcome,
        "seconds": round(item.seconds, 6),
    }


def _summary(result: CheckResult, counted: list[Finding]) -> dict[str, Any]:
    outcomes = count_outcomes(result)
    waiting = count_waiting(result)
    found = count_findings(result)
    return {
        "projects": len(result.projects),
        "files": sum(project.files for project in result.projects),
        "nodes": sum(project.nodes for project in result.projects),
        "items": {"total": sum(outcomes.values()) + waiting, **outcomes, "not_run": waiting},
        "findings": {
            "total": len(counted),
            "error": found["error"],
            "warning": found["warning"],
            "info": found["info"],
            "suppressed": found["suppressed"],
            "fixable": sum(1 for finding in counted if finding.fixes),
        },
        "seconds": round(result.seconds, 6),
        "stopped": result.stopped,
    }


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(key): _encodable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(inner) for inner in value]
    return value
