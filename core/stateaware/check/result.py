"""What a check run yields; the report formats render it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from stateaware.findings import Finding, Place
from stateaware.records import dataclass

Outcome: TypeAlias = Literal["passed", "error", "warning", "info", "suppressed"]


@dataclass(frozen=True, slots=True)
class Item:
    """A rule at a place: the unit that is collected, selected and run, like a pytest item.

    ``id`` is ``FILE::NODE::CODE`` (``#2`` and so on is added where one file has several) and does
    not depend on line numbers. ``outcome`` is the worst severity of its findings, None before it ran.
    """

    id: str
    code: str
    place: Place
    label: str
    outcome: Outcome | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProjectResult:
    """One project's part of a run.

    ``folder`` is the project's folder relative to the repository root, with forward slashes, empty
    for the root itself. ``text`` gives a file's text by its project-relative path, or None when it
    cannot be read; snippets need it.
    """

    root: Path
    folder: str
    name: str
    engine: str
    findings: tuple[Finding, ...]
    items: tuple[Item, ...] | None
    files: int
    nodes: int
    counts: dict[Outcome, int]
    text: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A whole run. ``seconds`` is wall time; ``notices`` are lines for the user that belong to no file."""

    projects: tuple[ProjectResult, ...]
    seconds: float
    notices: tuple[str, ...] = ()
    stopped: str = ""
    """Why the run ended early (``--maxfail``), or empty."""
    durations: tuple[tuple[float, str], ...] = ()
    """Seconds and item id, the slowest first, when asked for."""
