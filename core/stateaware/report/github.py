"""Annotations in GitHub Actions, written as workflow commands.

How values are escaped: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
"""

from __future__ import annotations

from typing import Final

from stateaware.check.result import CheckResult
from stateaware.findings import SEVERITY_RANK, Severity
from stateaware.report.characters import as_ascii, show_controls, unix_lines
from stateaware.report.listing import Listed, describe, list_counted, path_in_repository
from stateaware.report.options import ReportOptions

_COMMAND: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "info": "notice"}


def render(result: CheckResult, options: ReportOptions) -> str:
    """One command for each finding, errors first: GitHub shows only the first ten of a kind in a step."""
    listed = sorted(list_counted(result), key=lambda one: -SEVERITY_RANK[one.finding.severity])
    text = "".join(f"{_annotate(one)}\n" for one in listed)
    return text if options.unicode else as_ascii(text)


def _annotate(listed: Listed) -> str:
    finding, span = listed.finding, listed.span
    end_line, end_column = span.end_line, span.end_column
    if end_column == 1 and end_line > span.line:
        end_line, end_column = end_line - 1, 0
    properties = {
        "file": path_in_repository(listed.project, finding.place.file),
        "line": str(span.line),
        "col": str(span.column),
        "endLine": str(end_line),
        "endColumn": str(end_column),
        "title": finding.code,
    }
    if end_line > span.line:
        # The runner rejects columns where an annotation has several lines.
        del properties["col"], properties["endColumn"]
    given = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    message = "\n".join(describe(finding))
    return f"::{_COMMAND[finding.severity]} {given}::{_escape_data(message)}"


def _escape_data(text: str) -> str:
    text = show_controls(unix_lines(text))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
