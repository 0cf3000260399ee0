"""Annotations in GitHub Actions, written as workflow commands.

How values are escaped: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
"""

from __future__ import annotations

from typing import Final

from stateaware.check.result import CheckResult
from stateaware.findings import SEVERITY_RANK, Severity
from stateaware.report.characters import as_ascii, show_controls, unix_lines
from stateaware.report.listing import Listed, describe, explain, list_counted, path_in_repository
from stateaware.report.options import ReportOptions

_COMMAND: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "info": "notice"}


def render(result: CheckResult, options: ReportOptions) -> str:
    """One command for each finding, errors first: GitHub shows only the first ten of a kind in a step."""
    listed = sorted(list_counted(result), key=lambda one: -SEVERITY_RANK[one.finding.severity])
    text = "".join(f"{_annotate(one)}\n" for one in listed)
    return text if options.unicode else as_ascii(text)


def _annotate(listed: Listed) -> str:
    finding, span = listed.finding, listed.span
    # The end is exclusive: at column 1 it takes no more than the line break above.
    to_break = span.end_column == 1 and span.end_line > span.line
    end_line = span.end_line - to_break
    properties: dict[str, str | int] = {
        "file": path_in_repository(listed.project, finding.place.file),
        "line": span.line,
    }
    if end_line == span.line and not to_break:
        # The runner rejects columns where an annotation has several lines.
        properties |= {"col": span.column, "endLine": end_line, "endColumn": span.end_column}
    else:
        properties["endLine"] = end_line
    properties["title"] = finding.code
    given = ",".join(f"{name}={_escape_property(str(value))}" for name, value in properties.items())
    message = "\n".join([describe(finding), *explain(listed)])
    return f"::{_COMMAND[finding.severity]} {given}::{_escape_data(message)}"


def _escape_data(text: str) -> str:
    text = show_controls(unix_lines(text))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
