"""All safe fixes of one file, until nothing is left to fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from stateaware.findings import Edit, Finding, Fix
from stateaware.fix.choose import Chosen, FixKey, choose
from stateaware.fix.edits import apply_edits
from stateaware.text.source import LineIndex

Analyse: TypeAlias = Callable[[str], Sequence[Finding]]
"""The findings of the file if it had another text."""

_ROUNDS: Final = 10


def fix_text(text: str, findings: Sequence[Finding], analyse: Analyse) -> str:
    """The text of a file after every safe fix that needs no choice and touches no other file.

    A fix is given up when its finding is still there afterwards, or an error came that was not there.
    An error that can itself be fixed is tolerated (a key spelt right shows what is wrong below it),
    unless it is there in the end.
    """
    after, left = _Rounds(analyse, patient=True).run(text, findings)
    if _new_errors(findings, left):
        after, _ = _Rounds(analyse, patient=False).run(text, findings)
    return after


class _Rounds:
    """Applies fixes and looks again, until none is left."""

    def __init__(self, analyse: Analyse, *, patient: bool) -> None:
        self._analyse = analyse
        self._patient = patient
        self._refused: set[FixKey] = set()

    def run(self, text: str, findings: Sequence[Finding]) -> tuple[str, Sequence[Finding]]:
        """The text in the end, and what is found in it."""
        for _ in range(_ROUNDS):
            batch = choose(findings, self._allows)
            after = self._attempt(text, batch, findings) if batch else None
            for chosen in batch if after is None else ():
                # one of them does harm: take the first that does none
                after = self._attempt(text, [chosen], findings)
                if after is not None:
                    break
                self._refused.add(chosen.key)
            if after is None:
                break
            text, findings = after
        return text, findings

    def _allows(self, finding: Finding, fix: Fix) -> bool:
        own = all(edit.file == finding.place.file for edit in fix.edits)
        return fix.safe and own and Chosen(fix, (finding,)).key not in self._refused

    def _attempt(
        self, text: str, batch: list[Chosen], findings: Sequence[Finding]
    ) -> tuple[str, Sequence[Finding]] | None:
        new = apply_edits(text, [edit for chosen in batch for edit in chosen.fix.edits])
        found = self._analyse(new)
        had, left = _counts(findings), _counts(found)
        gone = _counts(finding for chosen in batch for finding in chosen.findings)
        if any(left[key] > had[key] - count for key, count in gone.items()):
            return None
        errors = _new_errors(findings, found)
        if self._patient and all(self._can_fix(finding) for finding in errors):
            return new, found
        return None if errors else (new, found)

    def _can_fix(self, finding: Finding) -> bool:
        return finding.settled_fix(lambda fix: self._allows(finding, fix)) is not None


def _new_errors(before: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """Errors that were not there before."""
    left = _counts(finding for finding in before if finding.severity == "error")
    left.subtract(_counts(finding for finding in after if finding.severity == "error"))
    return [f for f in after if f.severity == "error" and left[f.item, f.code] < 0]


def _counts(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter((finding.item, finding.code) for finding in findings)


def edits_between(file: str, before: str, after: str) -> tuple[Edit, ...]:
    """Edits of whole lines that make one text of another."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    index = LineIndex(before)
    return tuple(
        Edit(file, index.span(starts[first], starts[last]), "".join(new[top:bottom]).replace("\r\n", "\n"))
        for kind, first, last, top, bottom in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    )
