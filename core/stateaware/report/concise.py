"""One line for each finding, as compilers write them and editors read them."""

from __future__ import annotations

from stateaware.check.result import CheckResult
from stateaware.report.listing import list_counted, path_in_run
from stateaware.report.options import ReportOptions
from stateaware.report.summary import next_step, seconds_text, summarize
from stateaware.report.terminal import Terminal


def render(result: CheckResult, options: ReportOptions) -> str:
    """``file:line:col: error SA101 message``, and nothing when there is nothing to say."""
    terminal = Terminal(options.color, 0, options.unicode)
    lines = []
    for listed in list_counted(result):
        finding = listed.finding
        path = terminal.plain(path_in_run(result, listed.project, finding.place.file))
        where = terminal.paint(f"{path}:{listed.span.line}:{listed.span.column}:", "path")
        kind = terminal.paint(f"{finding.severity} {terminal.plain(finding.code)}", finding.severity)
        lines.append(f"{where} {kind} {terminal.plain(finding.message)}\n")
    return "".join(lines)


def summary(result: CheckResult) -> str:
    """The last lines of the text report, for people who read along: no part of the format.

    The time is left out, so that a stored result says the same.
    """
    *others, last = summarize(result, Terminal())
    lines = [*others, last.removesuffix(f" in {seconds_text(result.seconds)}")]
    if step := next_step(list_counted(result)):
        lines.append(step)
    return "".join(f"{line}\n" for line in lines)
