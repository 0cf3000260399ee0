"""GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

from typing import Final

from stateaware.check.result import CheckResult
from stateaware.findings import Severity
from stateaware.report.characters import one_line
from stateaware.report.fingerprint import fingerprint
from stateaware.report.json import write
from stateaware.report.listing import describe, list_findings, path_in_repository
from stateaware.report.options import ReportOptions

_SEVERITY: Final[dict[Severity, str]] = {"error": "major", "warning": "minor", "info": "info"}


def render(result: CheckResult, options: ReportOptions) -> str:
    """One entry for each finding that counts. The widget shows only the description, so it has the code."""
    listed = list_findings(result)
    return write(
        [
            {
                "description": one_line(f"{one.finding.code}: {describe(one.finding)}"),
                "check_name": one.finding.code,
                "fingerprint": name,
                "severity": _SEVERITY[one.finding.severity],
                "location": {
                    "path": path_in_repository(one.project, one.finding.place.file),
                    "lines": {"begin": one.span.line},
                },
            }
            for one, name in zip(listed, fingerprint(listed), strict=True)
            if one.finding.suppressed is None
        ]
    )
