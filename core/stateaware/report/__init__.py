"""One file per output format; each has a ``render`` that is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from stateaware.check.result import CheckResult
from stateaware.report.options import ReportOptions, RuleInfo

FORMATS: Final[dict[str, str]] = {
    "text": "stateaware.report.text",
    "concise": "stateaware.report.concise",
    "json": "stateaware.report.json",
    "sarif": "stateaware.report.sarif",
    "junit": "stateaware.report.junit",
    "github": "stateaware.report.github",
    "gitlab": "stateaware.report.gitlab",
}
"""The module of every format, the default first."""

__all__ = ["FORMATS", "ReportOptions", "RuleInfo", "render"]


def render(name: str, result: CheckResult, options: ReportOptions) -> str:
    """The report in the format of that name, with a line feed at the end unless it is empty.

    Raises:
        KeyError: there is no such format.
    """
    return cast("str", import_module(FORMATS[name]).render(result, options))
