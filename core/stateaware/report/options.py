"""How a report is to look, and what it may say about the rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stateaware.findings import Severity
from stateaware.records import dataclass, field


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What SARIF says about a rule. ``help`` is its documentation page, in Markdown without HTML."""

    code: str
    name: str
    summary: str
    help: str
    group: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class ReportOptions:
    r"""One set of options for all formats; each takes what concerns it.

    ``width`` counts terminal columns, 0 stands for no limit. ``unicode`` is False where the output
    cannot carry it: text, concise and github then write ``\xe9`` for ``é``; the other formats are
    ASCII in any case. ``verbosity`` is -1 (one line for each finding), 0, or 1 (nothing left out).
    ``group_after`` findings of one code are shown in text, the rest become one line; 0 shows all.
    ``fail_on`` is the severity from which a test case fails in junit, None for never.
    ``exit_code`` is what the process will end with; SARIF records it.
    ``repo_root`` lets SARIF viewers on the same machine open the files.
    """

    color: bool = False
    width: int = 100
    unicode: bool = True
    verbosity: int = 0
    show_fixes: bool = True
    group_after: int = 5
    fail_on: Severity | None = "error"
    exit_code: int = 0
    repo_root: Path | None = None
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
