"""A plan as lines for people: what happens to each node, why, what was assumed, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from stateaware.plan.decision import Decision, Note, Plan
from stateaware.plan.measured import MEASUREMENTS
from stateaware.plan.modes import MODES
from stateaware.plan.reasons import Outcome
from stateaware.plan.words import named
from stateaware.report.cells import columns_of
from stateaware.text.pieces import Line, Piece, Tone, single

_ORDER: Final[tuple[Outcome, ...]] = ("build", "clone", "unknown", "skip", "reuse")
"""What is shown, in this order; inline and absent nodes have no build of their own."""
_SYMBOLS: Final[dict[Outcome, str]] = {"build": "+", "clone": ">", "unknown": "?", "skip": "-", "reuse": "="}
_UNMEASURED: Final = "~"
"""A build for which nothing new was seen: what it reads cannot be measured, and counts as new."""
_TONES: Final[dict[Outcome, Tone]] = {
    "build": "passed",
    "clone": "passed",
    "unknown": "warning",
    "skip": "error",
    "reuse": "dim",
}
_COUNTED: Final[dict[Outcome, str]] = {
    "build": "to build",
    "clone": "to clone",
    "unknown": "unknown",
    "skip": "to skip",
    "reuse": "to reuse",
}
_WIDEST_NAME: Final = 40
_MOST_ALIKE: Final = 12
"""More nodes with the same reason than this are told on one line."""
_SHOWN: Final = 3


def plan_lines(plan: Plan, basis: Sequence[str], *, verbosity: int = 0) -> Iterator[Line]:
    """The lines of a plan.

    Args:
        plan: what was decided.
        basis: what it rests on, each as a few words (``state of target/run_results.json, 12 min old``).
        verbosity: -1 gives the summary alone, 1 names every node.
    """
    if verbosity >= 0:
        yield from _head(plan, basis)
        yield from _rows(plan, verbosity)
        yield from noted_lines("Assumed", plan.assumptions, verbosity)
        yield from noted_lines("Warnings", plan.warnings, verbosity)
        yield ()
    yield (Piece(summary(plan), "strong"),)


def _head(plan: Plan, basis: Sequence[str]) -> Iterator[Line]:
    mode = MODES[plan.options.mode]
    said = [f"Plan at {long_moment(plan.at)}"]
    if plan.options.mode != "recommended":
        said.append(f"as {mode.title} decides")
    yield (Piece(", ".join([*said, *basis])),)
    yield ()


def long_moment(moment: datetime) -> str:
    """``2026-11-22 09:00 UTC``; seconds where there are any."""
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat(' ').removesuffix(':00')} UTC"


def _rows(plan: Plan, verbosity: int) -> Iterator[Line]:
    groups = [group for outcome in _ORDER for group in _groups(plan, outcome)]
    shown: list[tuple[Outcome, str, str, str, str]] = []
    for group in groups:
        if len(group) > _MOST_ALIKE and verbosity < 1:
            shown.append(_together(group))
        else:
            shown += (_alone(decision) for decision in group)
    widest = min(_WIDEST_NAME, max((columns_of(name) for _, _, name, _, _ in shown), default=0))
    for outcome, symbol, name, reason, window in shown:
        blank = " " * max(1, widest - columns_of(name) + 2)
        yield (
            Piece(f"  {symbol} ", _TONES[outcome]),
            Piece(name, "strong" if outcome in ("build", "clone") else ""),
            Piece(f"{blank}{outcome:<7}  "),
            Piece(reason),
            *((Piece(f"   {window}", "dim"),) if window else ()),
        )


def _groups(plan: Plan, outcome: Outcome) -> list[list[Decision]]:
    """The decisions with an outcome in the order of the plan, those of one reason together."""
    found: dict[tuple[str, str], list[Decision]] = {}
    for decision in plan.decisions.values():
        if decision.outcome == outcome:
            found.setdefault((decision.reason, symbol_of(decision)), []).append(decision)
    return list(found.values())


def symbol_of(decision: Decision) -> str:
    """The sign before a decision; the words say the same."""
    sure = [change for change in decision.changes if change.certain]
    if decision.reason == "NEW_DATA" and all(MEASUREMENTS[change.how].warns for change in sure):
        return _UNMEASURED
    return _SYMBOLS.get(decision.outcome, " ")


def window_words(decision: Decision) -> str:
    """The window in force and its place: ``4 hours, models/_marts.yml:12``; empty where none is set."""
    window = decision.window
    if window is None or not window.words:
        return ""
    words = f"{window.words}, all" if window.waits == "all" else window.words
    return f"{words}, {window.where}" if window.where else words


def _alone(decision: Decision) -> tuple[Outcome, str, str, str, str]:
    name = single(named(decision.unique_id))
    return decision.outcome, symbol_of(decision), name, decision.text, window_words(decision)


def _together(group: Sequence[Decision]) -> tuple[Outcome, str, str, str, str]:
    first = group[0]
    texts = {decision.text for decision in group}
    names = (
        f"{', '.join(single(named(one.unique_id)) for one in group[:_SHOWN])} and {len(group) - _SHOWN} more"
    )
    reason = f"{first.text}: {names}" if len(texts) == 1 else f"{_common(first)}: {names}"
    return first.outcome, symbol_of(first), f"{len(group)} nodes", reason, ""


_COMMON: Final = {
    "NEW_DATA": "new data in what they read",
    "WITHIN_BUILD_AFTER": "something is new, but their build_after has not passed",
    "WITHIN_LAG_TOLERANCE": "something is new, but they are within their lag_tolerance",
    "NOT_ALL_UPSTREAMS_NEW": "they wait for new data in all parents",
    "UPSTREAM_CODE_CHANGED": "code changed in what they read",
    "UPSTREAM_FAILED": "what they read failed or was skipped",
    "DATA_UNKNOWN": "whether there is new data is not known",
    "SETTING_UNKNOWN": "their window cannot be told",
    "NO_CHANGES": "nothing new in what they read",
    "CODE_CHANGED": "code changed",
}


def _common(decision: Decision) -> str:
    """One reason for many nodes, whose own sentences name different things."""
    return _COMMON.get(decision.reason, decision.text)


def noted_lines(title: str, notes: Sequence[Note], verbosity: int) -> Iterator[Line]:
    """Notes below a title, those of one text together; nothing where there are none."""
    if not notes:
        return
    alike: dict[str, list[str]] = {}
    for note in notes:
        alike.setdefault(note.text, []).append(single(named(note.unique_id)) if note.unique_id else "")
    yield ()
    yield (Piece(title, "strong"),)
    for text, names in alike.items():
        every = [name for name in names if name]
        if verbosity < 1 and len(every) > _SHOWN + 1:
            every = [*every[:_SHOWN], f"{len(every) - _SHOWN} more"]
        yield (Piece(f"  {', '.join(every)}: " if every else "  ", "dim"), Piece(text))


def summary(plan: Plan) -> str:
    """How many nodes have which outcome: ``Plan: 12 to build, 231 to reuse. Assumed: nothing.``."""
    counts = plan.counts
    parts = [f"{counts[one]:,} {_COUNTED[one]}" for one in ("build", "clone", "reuse") if _tells(one, counts)]
    parts += [f"{counts[one]:,} {_COUNTED[one]}" for one in ("skip", "unknown") if counts.get(one)]
    assumed = len({note.text for note in plan.assumptions})
    things = "nothing" if not assumed else f"{assumed} thing{'s' if assumed > 1 else ''}, named above"
    return f"Plan: {', '.join(parts)}. Assumed: {things}."


def _tells(outcome: Outcome, counts: object) -> bool:
    return outcome != "clone" or bool(isinstance(counts, dict) and counts.get("clone"))
