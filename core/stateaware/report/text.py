"""The report for people: source snippets, one summary line, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from stateaware.check.result import CheckResult, ProjectResult
from stateaware.findings import Finding, Related
from stateaware.report.characters import unix_lines
from stateaware.report.listing import Listed, has_safe_fix, list_counted, list_findings, path_in_run
from stateaware.report.options import ReportOptions
from stateaware.report.snippet import draw, excerpt, gutter_width
from stateaware.report.summary import next_step, summarize
from stateaware.report.terminal import Terminal
from stateaware.text import LineIndex

_MOST_RELATED: Final = 10
"""Places shown for one finding unless everything is asked for."""


def render(result: CheckResult, options: ReportOptions) -> str:
    """The findings with their source, then notices, the slowest items, the summary and the next step."""
    page = _Page(result, options)
    lines: list[str] = []
    for block in page.blocks():
        lines += [*block, ""] if options.verbosity >= 0 else block
    terminal = page.terminal
    if options.verbosity >= 0:
        lines += [f"note: {terminal.plain(notice)}" for notice in result.notices]
    if result.durations:
        lines.append("slowest items")
        lines += [f"{seconds:8.2f} s  {terminal.plain(item)}" for seconds, item in result.durations]
    lines += summarize(result, terminal)
    if options.show_fixes and (step := next_step(list_counted(result))):
        lines.append(step)
    return "\n".join(lines) + "\n"


class _Page:
    """Renders findings one by one; keeps each file's lines while it does."""

    def __init__(self, result: CheckResult, options: ReportOptions) -> None:
        self._result = result
        self._options = options
        self._indexes: dict[tuple[str, str], LineIndex | None] = {}
        self.terminal = Terminal(options.color, options.width, options.unicode)

    def blocks(self) -> Iterator[list[str]]:
        """One block of lines for each finding that is shown; many of one code end in a count."""
        most = 0 if self._options.verbosity > 0 else self._options.group_after
        everything = (
            list_findings(self._result) if self._options.verbosity > 0 else list_counted(self._result)
        )
        totals = Counter(listed.finding.code for listed in everything)
        seen: Counter[str] = Counter()
        for listed in everything:
            code = listed.finding.code
            seen[code] += 1
            # A count in place of a single finding would save nothing.
            if not most or seen[code] <= most or totals[code] == most + 1:
                yield self._block(listed)
            elif seen[code] == most + 1:
                more = totals[code] - most
                yield [f"and {more:,} more like this: stateaware check -k {self.terminal.plain(code)}"]

    def _block(self, listed: Listed) -> list[str]:
        lines = [self._header(listed)]
        if self._options.verbosity < 0 or listed.finding.suppressed:
            return lines
        finding, project, terminal = listed.finding, listed.project, self.terminal
        span = finding.place.span
        index = self._index(project, finding.place.file) if span else None
        gutter = gutter_width(index, span)
        hint = terminal.plain(finding.hint)
        snippet: list[str] = []
        if span and index:
            snippet = draw(index, span, finding.place.file, hint, finding.severity, terminal)
        lines += snippet
        shown = finding.related if self._options.verbosity > 0 else finding.related[:_MOST_RELATED]
        for related in shown:
            lines += self._related(project, related, gutter)
        if len(shown) < len(finding.related):
            more = len(finding.related) - len(shown)
            lines.append(f"{'':{gutter}} ::: and {more:,} more {'place' if more == 1 else 'places'}")
        notes = [note for text in finding.notes for note in unix_lines(text).splitlines() if note.strip()]
        return lines + self._notes([*([] if snippet or not hint else [hint]), *notes], finding, gutter)

    def _header(self, listed: Listed) -> str:
        finding, terminal = listed.finding, self.terminal
        line, column = listed.span[:2]
        path = terminal.plain(path_in_run(self._result, listed.project, finding.place.file))
        where = terminal.paint(f"{path}:{line}:{column}", "path")
        code, message = terminal.plain(finding.code), terminal.plain(finding.message)
        if finding.suppressed:
            why = terminal.plain(
                ": ".join(filter(None, (finding.suppressed.kind, finding.suppressed.reason)))
            )
            return f"{where}  {terminal.paint(f'suppressed {code}', 'dim')}  {message} ({why})"
        return f"{where}  {terminal.paint(f'{finding.severity} {code}', finding.severity)}  {message}"

    def _related(self, project: ProjectResult, related: Related, gutter: int) -> list[str]:
        terminal, place = self.terminal, related.place
        path = terminal.plain(path_in_run(self._result, project, place.file))
        where = f"{path}:{place.span.line}" if place.span else path
        message = f"<- {terminal.plain(related.message)}"
        index = self._index(project, place.file) if place.span else None
        source = ""
        if place.span and index:
            line = index.line_text(place.span.line)
            indent = len(line) - len(line.lstrip())
            start = max(0, place.span.column - 1 - indent)
            room = (terminal.width or 200) - gutter - 7 - len(where)
            source = excerpt(line.strip(), start, start + 1, max(30, room), terminal).text
        lead = f"{'':{gutter}} ::: "
        first = f"{terminal.paint(lead.rstrip(), 'dim')} {terminal.paint(where, 'path')}"
        if not source:
            return [f"{first}  {message}"]
        if terminal.fits(f"{lead}{where}  {source}   {message}"):
            return [f"{first}  {source}   {message}"]
        below = terminal.wrap(message, len(lead))
        return [f"{first}  {source}", *(f"{'':{len(lead)}}{line}" for line in below)]

    def _notes(self, notes: list[str], finding: Finding, gutter: int) -> list[str]:
        terminal = self.terminal
        lead = f"{'':{gutter}} = "
        lines: list[str] = []
        unpainted = ""
        for note in notes:
            first, *others = terminal.wrap(terminal.plain(note), len(lead))
            lines += [terminal.paint(lead, "dim") + first, *(f"{'':{len(lead)}}{line}" for line in others)]
            unpainted = f"{'':{len(lead)}}{others[-1] if others else first}"
        if not finding.fixes or not self._options.show_fixes:
            return lines
        if self._options.verbosity > 0:
            titles = [f"fix: {terminal.plain(fix.title)} ({_safety(fix.safe)})" for fix in finding.fixes]
            return lines + [terminal.paint(lead, "dim") + title for title in titles]
        label = f"fix: {_safety(has_safe_fix(finding))}"
        if finding.settled_fix(lambda fix: True) is None:
            label = f"fix: choose one of {len(finding.fixes)} in an editor"
        if lines and terminal.fits(f"{unpainted}        {label}"):
            lines[-1] += f"        {terminal.paint(label, 'strong')}"
        else:
            lines.append(terminal.paint(lead, "dim") + terminal.paint(label, "strong"))
        return lines

    def _index(self, project: ProjectResult, file: str) -> LineIndex | None:
        key = (project.folder, file)
        if key not in self._indexes:
            text = project.text(file)
            self._indexes[key] = None if text is None else LineIndex(text)
        return self._indexes[key]


def _safety(safe: bool) -> str:
    return "safe" if safe else "unsafe"
