"""What a rule says: findings, where they point, and how they are fixed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass
from stateaware.text.span import Span

Severity: TypeAlias = Literal["error", "warning", "info"]

SEVERITY_RANK: Final[dict[str, int]] = {"info": 0, "warning": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Place:
    """A range in a file.

    ``file`` is relative to the project's folder, with forward slashes. Without a span the whole
    file is meant (outputs then give line 1, column 1).
    """

    file: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding speaks of: the other end of a conflict, the value it shadows."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text in ``span`` of ``file``; an empty span inserts."""

    file: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together. ``title`` names the result ("Write `period: hour`").

    A safe fix keeps what dbt does today or does what the author evidently meant; an unsafe one
    may change which value is in force.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding is not counted: an inline comment or the baseline."""

    kind: Literal["inline", "baseline", "settings"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or could be better, at one place.

    ``message`` is one sentence without a final full stop; ``hint`` stands behind the carets
    ("write `hour`"); ``notes`` are the lines below the snippet. ``node`` is dbt's unique_id.
    ``item`` is the id of the item that failed (``FILE::NODE::CODE``), filled in by the collector.
    ``engine_codes`` are the codes under which the chosen engine reports the same: ``dbt1013`` for
    dbt v2, the name of the exception or event for dbt Core. Several ``fixes`` are alternatives.
    """

    code: str
    severity: Severity
    message: str
    place: Place
    node: str | None = None
    item: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    engine_codes: tuple[str, ...] = ()
    tags: tuple[Literal["unnecessary", "deprecated"], ...] = ()
    suppressed: Suppression | None = None

    def settled_fix(self, allowed: Callable[[Fix], bool]) -> Fix | None:
        """The fix that needs nobody to choose: the only safe one, or the only one at all."""
        wanted = [fix for fix in self.fixes if allowed(fix)]
        wanted = [fix for fix in wanted if fix.safe] or wanted
        return wanted[0] if len(wanted) == 1 else None
