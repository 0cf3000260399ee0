"""The last lines of the text report: what was looked at, what came out, what to do next."""

from __future__ import annotations

from collections import Counter

from stateaware.check.result import CheckResult
from stateaware.report.listing import Listed, has_safe_fix
from stateaware.report.terminal import Style, Terminal


def summarize(result: CheckResult, terminal: Terminal) -> list[str]:
    """``212 files, 148 nodes, 391 items: 388 passed, 1 error, 2 warnings in 0.21 s``.

    Items pass; errors, warnings and the like are findings, of which an item may have several.
    """
    counts = count_outcomes(result)
    found = count_findings(result)
    waiting = count_waiting(result)
    total = sum(counts.values()) + waiting
    seen = [_several(len(result.projects), "project")] if len(result.projects) > 1 else []
    seen += [
        _several(sum(project.files for project in result.projects), "file"),
        _several(sum(project.nodes for project in result.projects), "node"),
        _several(total, "item"),
    ]
    said: list[tuple[str, Style]] = []
    if total and counts["passed"] == total:
        said.append(("all passed" if total > 1 else "passed", "passed"))
    else:
        words = {
            "passed": f"{counts['passed']:,} passed",
            "error": _several(found["error"], "error"),
            "warning": _several(found["warning"], "warning"),
            "info": f"{found['info']:,} info",
            "suppressed": f"{found['suppressed']:,} suppressed",
            "waiting": f"{waiting:,} not run",
        }
        styles: dict[str, Style] = {
            "passed": "passed",
            "error": "error",
            "warning": "warning",
            "info": "info",
        }
        numbers = {**dict.fromkeys(words, 0), **found, "passed": counts["passed"], "waiting": waiting}
        said += [(words[name], styles.get(name, "dim")) for name in words if numbers[name]]
    outcome = ", ".join(terminal.paint(word, style) for word, style in said)
    stopped = [f"stopped early: {terminal.plain(result.stopped)}"] if result.stopped else []
    return [
        *stopped,
        f"{', '.join(seen)}{': ' if outcome else ''}{outcome} in {seconds_text(result.seconds)}",
    ]


def next_step(counted: list[Listed]) -> str:
    """What can be done about the findings with the same command and one option more, or empty."""
    safe = sum(1 for listed in counted if has_safe_fix(listed.finding))
    able = sum(1 for listed in counted if listed.finding.settled_fix(lambda fix: True) is not None)
    unsafe = able - safe
    if safe:
        more = f" ({unsafe:,} more with --unsafe-fixes)" if unsafe else ""
        return f"{safe:,} can be fixed with --fix{more}"
    if unsafe:
        return f"{unsafe:,} can be fixed with --fix --unsafe-fixes, which may change what is in force"
    return ""


def count_outcomes(result: CheckResult) -> dict[str, int]:
    """Items by outcome, over all projects."""
    total = {"passed": 0, "error": 0, "warning": 0, "info": 0, "suppressed": 0}
    for project in result.projects:
        for outcome, count in project.counts.items():
            total[outcome] += count
    return total


def count_findings(result: CheckResult) -> Counter[str]:
    """Findings by severity, and the suppressed ones apart."""
    return Counter(
        finding.severity if finding.suppressed is None else "suppressed"
        for project in result.projects
        for finding in project.findings
    )


def count_waiting(result: CheckResult) -> int:
    """Items that were collected but not run, since the run ended early or only collected."""
    return sum(1 for project in result.projects for item in project.items or () if item.outcome is None)


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def seconds_text(seconds: float) -> str:
    """How long something took: ``0.21 s``, ``1 min 05 s``."""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s"
