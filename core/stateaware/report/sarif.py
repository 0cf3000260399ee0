"""SARIF 2.1.0, for code scanning and editors: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from stateaware import __version__
from stateaware.check.result import CheckResult, ProjectResult
from stateaware.findings import Edit, Finding, Fix, Place, Severity, Suppression
from stateaware.report.fingerprint import fingerprint
from stateaware.report.json import write
from stateaware.report.listing import Listed, describe, list_findings, path_in_repository, span_of
from stateaware.report.options import ReportOptions, RuleInfo
from stateaware.text import Span

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE: Final = "%SRCROOT%"
_FINGERPRINT: Final = "stateaware/v1"
_LEVEL: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "info": "recommendation"}


def render(result: CheckResult, options: ReportOptions) -> str:
    """One run with all projects; code scanning takes no second run of the same tool."""
    listed = list_findings(result)
    rules = _rules(listed, options.rules)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    base: dict[str, Any] = {"description": {"text": "The root of the repository."}}
    if options.repo_root is not None:
        base = {"uri": _absolute(options.repo_root.as_posix().rstrip("/") + "/"), **base}
    run = {
        "tool": {
            "driver": {
                "name": "stateaware",
                "semanticVersion": __version__,
                "rules": rules,
            }
        },
        "invocations": [
            {
                "executionSuccessful": options.exit_code in (0, 1),
                "exitCode": options.exit_code,
                "toolExecutionNotifications": [
                    {"level": "note", "message": _message(notice)} for notice in result.notices
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: base},
        "results": [
            _result(one, numbers[one.finding.code], name)
            for one, name in zip(listed, fingerprint(listed), strict=True)
        ],
    }
    return write({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(listed: list[Listed], known: Mapping[str, RuleInfo]) -> list[dict[str, Any]]:
    """All rules that are known, and the bare code of those that are not but were found."""
    codes = {*known, *(one.finding.code for one in listed)}
    return [_rule(known[code]) if code in known else {"id": code} for code in sorted(codes)]


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.help, "markdown": rule.help},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {"tags": [rule.group], "problem.severity": _PROBLEM[rule.severity]},
    }


def _result(listed: Listed, rule: int, name: str) -> dict[str, Any]:
    finding, project = listed.finding, listed.project
    location: dict[str, Any] = {"physicalLocation": _physical(finding.place, project)}
    if finding.node:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.node, "kind": "resource"}]
    report: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVEL[finding.severity],
        "message": _message("\n".join([describe(finding), *finding.notes])),
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: name},
        # Either every result of a run has this, or none.
        "suppressions": [_suppression(finding.suppressed)] if finding.suppressed else [],
    }
    if finding.related:
        report["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(one.place, project),
                "message": _message(one.message),
            }
            for number, one in enumerate(finding.related, 1)
        ]
    if finding.fixes:
        report["fixes"] = [_fix(fix, project) for fix in finding.fixes]
    if properties := _properties(finding):
        report["properties"] = properties
    return report


def _properties(finding: Finding) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    if finding.item:
        properties["item"] = finding.item
    if finding.engine_codes:
        properties["engineCodes"] = list(finding.engine_codes)
    return properties


def _message(text: str) -> dict[str, str]:
    """A plain message without embedded links, whatever stands in the user's files.

    Braces stay single, although section 3.11.5 wants them doubled even where no placeholder is
    meant: no common reader turns them back, and ``{count: 0}`` must not read ``{{count: 0}}``.
    """
    return {"text": text.replace("](", "] (")}


def _physical(place: Place, project: ProjectResult) -> dict[str, Any]:
    return {"artifactLocation": _artifact(place.file, project), "region": _region(span_of(place))}


def _artifact(file: str, project: ProjectResult) -> dict[str, str]:
    path = path_in_repository(project, file)
    if path.startswith("../"):
        return {"uri": _absolute(Path(os.path.normpath(project.root / file)).as_posix())}
    return {"uri": _quote(path), "uriBaseId": _BASE}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _suppression(suppressed: Suppression) -> dict[str, str]:
    kind = "inSource" if suppressed.kind == "inline" else "external"
    return {"kind": kind, "justification": suppressed.reason} if suppressed.reason else {"kind": kind}


def _fix(fix: Fix, project: ProjectResult) -> dict[str, Any]:
    by_file: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_file.setdefault(edit.file, []).append(edit)
    return {
        "description": _message(fix.title),
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file, project),
                "replacements": [
                    {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
                    for edit in edits
                ],
            }
            for file, edits in by_file.items()
        ],
        "properties": {"safe": fix.safe},
    }


def _absolute(path: str) -> str:
    return f"file://{'' if path.startswith('/') else '/'}{_quote(path, safe='/:')}"


def _quote(path: str, safe: str = "/") -> str:
    """Percent-encode a path; names that are not UTF-8 keep their bytes."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "replace")
    return quote(data, safe=safe)
