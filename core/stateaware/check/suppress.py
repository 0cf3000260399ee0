"""Applies ignore comments to findings, and tells afterwards which of them did something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from stateaware.errors import SelectionError
from stateaware.findings import Finding, Place, Suppression
from stateaware.rules.adoption import IgnoreRule, IgnoreUse
from stateaware.rules.base import Rule, Subject
from stateaware.rules.registry import normalise, specificity
from stateaware.syntax.ignores import MARKER, Code, Ignore, find_ignores
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


class IgnoreComments:
    """The ignore comments of one project's files, read when a file is first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._by_file: dict[str, tuple[Ignore, ...]] = {}
        self._used: set[tuple[str, Span, Code | None]] = set()

    def of(self, file: str) -> tuple[Ignore, ...]:
        """The ignore comments of a file."""
        found = self._by_file.get(file)
        if found is None:
            text = self._project.text(file) if file in self._project.marked_files else None
            found = find_ignores(file, text) if text and MARKER in text else ()
            self._by_file[file] = found
        return found

    def suppression(self, finding: Finding, rule: Rule) -> Suppression | None:
        """Why a comment silences a finding, or None; every comment that covers it counts as used."""
        reason: str | None = None
        for ignore in self.of(finding.place.file):
            if not ignore.covers(finding.place.span):
                continue
            names = [code for code in ignore.codes if _names(code, rule)]
            # a comment without codes would otherwise hide what is said about itself
            if not names and (ignore.codes or isinstance(rule, IgnoreRule)):
                continue
            self._used.update((finding.place.file, ignore.span, code) for code in (names or (None,)))
            reason = reason or ignore.reason
        return None if reason is None else Suppression("inline", reason)

    def subjects(self, ran: Callable[[Code | None, str], bool]) -> Iterator[Subject]:
        """A subject for each comment of the project, for the rules about comments.

        ``ran`` says whether every rule that a code names (None: all rules) ran over a file: what did
        not run cannot be called unused.
        """
        installed = tuple(f"{package.folder}/" for package in self._project.packages if package.folder)
        for file in sorted(self._project.marked_files):
            if file.startswith(installed):
                continue  # whoever wrote those comments runs other rules
            for ignore in self.of(file):
                place = Place(file, ignore.span)
                yield Subject(place, _label(ignore), data=self._use(file, ignore, ran))

    def _use(self, file: str, ignore: Ignore, ran: Callable[[Code | None, str], bool]) -> IgnoreUse:
        if ignore.problem:
            return IgnoreUse(ignore)
        if not ignore.codes:
            return IgnoreUse(ignore, idle=ran(None, file) and (file, ignore.span, None) not in self._used)
        unused = tuple(
            code for code in ignore.codes if (file, ignore.span, code) not in self._used and ran(code, file)
        )
        return IgnoreUse(ignore, unused, idle=len(unused) == len(ignore.codes))


def selector_of(code: Code) -> str | None:
    """The selector that a written code stands for, or None when it names nothing."""
    try:
        return normalise(code.text)
    except SelectionError:
        return None


def _names(code: Code, rule: Rule) -> bool:
    selector = selector_of(code)
    return selector is not None and specificity(selector, rule) > 0


def _label(ignore: Ignore) -> str:
    return "ignore-file" if ignore.kind == "ignore-file" else "ignore"
