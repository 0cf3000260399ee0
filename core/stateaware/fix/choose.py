"""Chooses among the fixes on offer those that can be applied together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from stateaware.findings import Edit, Finding, Fix
from stateaware.fix.edits import overlap
from stateaware.records import dataclass

FixKey: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A fix with the findings that it takes away; most often one."""

    fix: Fix
    findings: tuple[Finding, ...]

    @property
    def key(self) -> FixKey:
        """What stays the same when the lines around the fix move."""
        return (
            self.findings[0].item,
            self.fix.title,
            tuple((edit.file, edit.text) for edit in self.fix.edits),
        )


def choose(findings: Iterable[Finding], allowed: Callable[[Finding, Fix], bool]) -> list[Chosen]:
    """The fix of each finding that leaves no choice among those allowed, as far as their edits do not meet.

    Of two that meet, the one of the finding that comes first is taken; the other has its turn in the
    next round. Findings with the very same edits share a fix.
    """
    chosen: dict[tuple[Edit, ...], Chosen] = {}
    taken: dict[str, list[Edit]] = {}
    for finding in findings:
        if finding.suppressed is not None:
            continue
        fix = _settled(finding, allowed)
        if fix is None:
            continue
        same = chosen.get(fix.edits)
        if same is not None:
            chosen[fix.edits] = Chosen(same.fix, (*same.findings, finding))
        elif not _meets(fix.edits, taken):
            for edit in fix.edits:
                taken.setdefault(edit.file, []).append(edit)
            chosen[fix.edits] = Chosen(fix, (finding,))
    return list(chosen.values())


def _settled(finding: Finding, allowed: Callable[[Finding, Fix], bool]) -> Fix | None:
    return finding.settled_fix(lambda fix: bool(fix.edits) and allowed(finding, fix))


def _meets(edits: tuple[Edit, ...], taken: dict[str, list[Edit]]) -> bool:
    for number, edit in enumerate(edits):
        if any(overlap(edit, other) for other in taken.get(edit.file, ())):
            return True
        if any(overlap(edit, other) for other in edits[:number]):
            return True
    return False
