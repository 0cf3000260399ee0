"""Works out what fixing a project comes to, in memory, until nothing is left that a fix could mend."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from stateaware.findings import Edit, Finding, Fix
from stateaware.fix.choose import Chosen, FixKey, choose
from stateaware.fix.edits import OverlapError, edit_bytes
from stateaware.fix.files import Change
from stateaware.project.files import read_bytes
from stateaware.records import dataclass, field
from stateaware.syntax.yaml import parse_yaml

Analyse: TypeAlias = Callable[[Mapping[str, bytes]], Sequence[Finding]]
"""The findings of the project when files have other contents, by absolute path."""

ROUNDS: Final = 10
_ANALYSES: Final = 60


@dataclass(frozen=True, slots=True)
class FixResult:
    """What fixing comes to.

    ``fixed`` are the findings with a wanted fix that are gone, ``uncovered`` those of them that could
    be seen or fixed only after others were, ``refused`` those whose fix was tried and made things
    worse or changed nothing, ``left`` what is found afterwards.
    """

    changes: tuple[Change, ...]
    fixed: tuple[Finding, ...]
    uncovered: tuple[Finding, ...]
    refused: tuple[Finding, ...]
    left: tuple[Finding, ...]


def work_out(
    root: Path,
    findings: Sequence[Finding],
    analyse: Analyse,
    wanted: Callable[[Finding, Fix], bool],
    read: Callable[[str], bytes] = read_bytes,
) -> FixResult:
    """Apply fixes in memory, analyse again, and so on for at most ten rounds.

    A fix is taken back when it leaves its finding standing, makes a YAML file unreadable, or brings
    a new error. A new error that can itself be fixed is tolerated (a key spelt right shows what is
    wrong below it), unless it is still there in the end.

    Args:
        root: the project's folder; files of edits are relative to it.
        findings: what is found now.
        analyse: gives the findings for changed contents.
        wanted: whether a finding's fix may be applied at all.
        read: the bytes of a file by its absolute path; from an editor, those of its buffer.
    """
    result = _Session(root, findings, analyse, wanted, read, patient=True).run()
    if _new_errors(findings, result.left):
        result = _Session(root, findings, analyse, wanted, read, patient=False).run()
    return result


def _key(finding: Finding) -> tuple[str, str, str]:
    return (finding.place.file, finding.item, finding.code)


def _new_errors(before: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """Errors that were not there before."""
    errors = (finding for finding in after if finding.severity == "error")
    return list(_beyond(errors, (finding for finding in before if finding.severity == "error")))


def _beyond(findings: Iterable[Finding], known: Iterable[Finding]) -> Iterator[Finding]:
    """What is found more often than it was known."""
    left = Counter(_key(finding) for finding in known)
    for finding in findings:
        left[_key(finding)] -= 1
        if left[_key(finding)] < 0:
            yield finding


@dataclass(slots=True)
class _Session:
    root: Path
    findings: Sequence[Finding]
    analyse: Analyse
    wanted: Callable[[Finding, Fix], bool]
    read: Callable[[str], bytes]
    patient: bool
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    fixed: list[Finding] = field(default_factory=list)
    refused: dict[FixKey, Finding] = field(default_factory=dict)
    analyses: int = 0

    def run(self) -> FixResult:
        announced = [finding for finding in self.findings if self.counts(finding)]
        rounds = 0
        while rounds < ROUNDS:
            batch = choose(self.findings, self.allowed)
            applied = self.try_together(batch)
            if not applied:
                break
            rounds += applied == len(batch)
        changes = tuple(
            Change(file, Path(self.path(file)), self.before[file], data)
            for file, data in sorted(self.after.items())
            if data != self.before[file]
        )
        fixed, uncovered = tuple(self.fixed), tuple(_beyond(self.fixed, announced))
        return FixResult(changes, fixed, uncovered, tuple(self.refused.values()), tuple(self.findings))

    def path(self, file: str) -> str:
        return os.path.normpath(self.root / file)

    def allowed(self, finding: Finding, fix: Fix) -> bool:
        return Chosen(fix, (finding,)).key not in self.refused and self.wanted(finding, fix)

    def try_together(self, batch: list[Chosen]) -> int:
        """Apply a batch, or a half of it that does no harm; how many fixes were applied."""
        if not batch or self.analyses >= _ANALYSES:
            return 0
        if self.attempt(batch):
            return len(batch)
        if len(batch) == 1:
            self.refused[batch[0].key] = batch[0].findings[0]
            return 0
        middle = len(batch) // 2
        # after the first half was applied the second stands elsewhere: it is found again next round
        return self.try_together(batch[:middle]) or self.try_together(batch[middle:])

    def attempt(self, batch: list[Chosen]) -> bool:
        try:
            changed = self.changed(batch)
        except (OverlapError, OSError, UnicodeDecodeError):
            return False
        if not changed or any(_breaks(file, self.current(file), data) for file, data in changed.items()):
            return False
        after = {**self.after, **changed}
        self.analyses += 1
        findings = self.analyse({self.path(file): data for file, data in after.items()})
        if not self.is_better(batch, findings):
            return False
        self.fixed.extend(self.gone(batch, findings))
        self.after, self.findings = after, findings
        return True

    def gone(self, batch: list[Chosen], findings: Sequence[Finding]) -> Iterator[Finding]:
        """The findings that a batch has mended, and those with a wanted fix that went along with them."""
        fell = Counter(_key(finding) for finding in self.findings)
        fell.subtract(_key(finding) for finding in findings)
        mended = [finding for chosen in batch for finding in chosen.findings]
        yield from mended
        fell.subtract(_key(finding) for finding in mended)
        met = {id(finding) for finding in mended}
        for finding in self.findings:
            if fell[_key(finding)] > 0 and id(finding) not in met and self.counts(finding):
                fell[_key(finding)] -= 1
                yield finding

    def counts(self, finding: Finding) -> bool:
        return finding.suppressed is None and self.can_fix(finding)

    def can_fix(self, finding: Finding) -> bool:
        return finding.settled_fix(lambda fix: self.allowed(finding, fix)) is not None

    def changed(self, batch: list[Chosen]) -> dict[str, bytes]:
        edits: dict[str, list[Edit]] = {}
        for chosen in batch:
            for edit in chosen.fix.edits:
                edits.setdefault(edit.file, []).append(edit)
        out = {}
        for file, mine in edits.items():
            data = self.current(file)
            new = edit_bytes(data, mine)
            if new != data:
                out[file] = new
        return out

    def current(self, file: str) -> bytes:
        if file in self.after:
            return self.after[file]
        if file not in self.before:
            self.before[file] = self.read(self.path(file))
        return self.before[file]

    def is_better(self, batch: list[Chosen], findings: Sequence[Finding]) -> bool:
        """Whether what was to go has gone, and no error has come that nothing can be done about."""
        left = Counter(_key(finding) for finding in findings)
        had = Counter(_key(finding) for finding in self.findings)
        gone = Counter(_key(finding) for chosen in batch for finding in chosen.findings)
        if any(left[key] > had[key] - count for key, count in gone.items()):
            return False
        new = _new_errors(self.findings, findings)
        if not self.patient:
            return not new
        return all(self.can_fix(finding) for finding in new)


def _breaks(file: str, before: bytes, after: bytes) -> bool:
    """Whether a YAML file can no longer be read after a change."""
    if not file.lower().endswith((".yml", ".yaml")):
        return False
    was = parse_yaml(before.decode("utf-8-sig"))
    now = parse_yaml(after.decode("utf-8-sig"))
    return (now.problem is not None and was.problem is None) or len(now.duplicates) > len(was.duplicates)
