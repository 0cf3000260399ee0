"""Advice as lines for people, as a diff to apply, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stateaware.fix.diff import draw_diff
from stateaware.plan.words import named, span_words
from stateaware.report.cells import columns_of
from stateaware.report.plan_lines import noted_lines
from stateaware.simulate.unmet import at_best
from stateaware.text.pieces import Line, Piece, Tone, single

if TYPE_CHECKING:
    from stateaware.forecast.advising import ProjectAdvice
    from stateaware.simulate.advise import Advice
    from stateaware.simulate.results import NodeResult

SCHEMA_VERSION: Final = 1
_SHOWN: Final = 40
_MOST_LINES: Final = 60
"""Of the diff, unless all is asked for."""
_TONES: Final[dict[str, Tone]] = {"+": "passed", "-": "error", "@": "dim"}


def advice_lines(advice: ProjectAdvice, base: Path, *, verbosity: int = 0) -> Iterator[Line]:
    """The lines: a sentence, a row for each model, what cannot be met and why, the diff."""
    found = advice.found
    yield (Piece(advice_summary(advice), "strong"),)
    if verbosity < 0:
        return
    yield from _table(advice, verbosity)
    if found.unmet:
        yield ()
        yield (Piece("Cannot be met", "strong"),)
        shown = found.unmet if verbosity > 0 else found.unmet[:_SHOWN]
        for one in shown:
            best = at_best(found, one.unique_id, one.want) if one.want else ""
            told = f", at best {best}" if best else ""
            yield (
                Piece("  ! ", "warning"),
                Piece(single(named(one.unique_id)), "strong"),
                Piece(f"  wanted {_wanted(one)}{told}: {single(advice.why[one.unique_id])}"),
            )
        if len(found.unmet) > len(shown):
            yield (Piece(f"    and {len(found.unmet) - len(shown)} more: -v shows all", "dim"),)
    refused = advice.written.refused if advice.written is not None else {}
    if refused:
        yield ()
        yield (Piece("To be written by hand", "strong"),)
        for unique_id, why in refused.items():
            yield (Piece(f"  {single(named(unique_id))}: {single(why)}"),)
    yield from _diff_lines(advice_diff(advice, base), verbosity)
    notes = [note for note in found.after.notes if note.kind == "assumed"]
    yield from noted_lines("Assumed", notes, verbosity)


def advice_diff(advice: ProjectAdvice, base: Path) -> str:
    """The changes of files as a unified diff, with paths relative to a folder; empty where there are none."""
    return draw_diff(advice.written.changes, base) if advice.written is not None else ""


def advice_summary(advice: ProjectAdvice) -> str:
    """All of it in a sentence or two."""
    found = advice.found
    before, after = found.before.totals, found.after.totals
    over = (
        f"Over {span_words((found.after.end - found.after.start).total_seconds())} and {before.runs:,} runs"
    )
    wanted = sum(one.want is not None for one in found.advice)
    met = wanted - len(found.unmet)
    of_them = f"{_several(wanted, 'model')}" if met == wanted else f"{met:,} of {_several(wanted, 'model')}"
    fresh = f"{of_them} {'is' if wanted == 1 else 'are'} as fresh as is wanted"
    if not found.changes:
        return f"{over}, {after.builds:,} builds: nothing is to change. {fresh[:1].upper()}{fresh[1:]}."
    key = found.changes[0].key
    return (
        f"With another {key} for {_several(len(found.changes), 'model')}, {over[:1].lower()}{over[1:]}, "
        f"{before.builds:,} builds become {after.builds:,} ({span_words(before.seconds)} of building become "
        f"{span_words(after.seconds)}). {fresh[:1].upper()}{fresh[1:]}."
    )


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _wanted(advice: Advice) -> str:
    want = advice.want
    if want is None:
        return ""
    parts = [
        f"{word} {span_words(seconds)}"
        for word, seconds in (("lag", want.lag), ("age", want.age))
        if seconds is not None
    ]
    return ", ".join(parts)


def _figures(node: NodeResult | None, advice: Advice) -> str:
    """What a node comes to of what is wanted of it; for how long data is missing, where nothing is."""
    if node is None or node.age is None:
        return ""
    want, lag, age = advice.want, span_words(node.age.worst_lag), span_words(node.age.worst_age)
    if want is None or want.age is None:
        return lag
    return age if want.lag is None else f"lag {lag}, age {age}"


def _arrow(before: str, after: str) -> str:
    return after if before == after else f"{before or 'none'} → {after or 'none'}"


def _row(one: Advice, place: str) -> tuple[str, ...]:
    was, becomes = one.was, one.becomes
    values = tuple("none" if value is None else span_words(value) for value in (one.before, one.after))
    return (
        single(named(one.unique_id)),
        _arrow(*values),
        _arrow(
            f"{was.builds:,}" if was is not None else "", f"{becomes.builds:,}" if becomes is not None else ""
        ),
        _arrow(_figures(was, one), _figures(becomes, one)),
        _wanted(one),
        single(place),
    )


def _table(advice: ProjectAdvice, verbosity: int) -> Iterator[Line]:
    found = advice.found
    places = advice.written.places if advice.written is not None else {}
    every = sorted(found.advice, key=lambda one: not one.changes)
    shown = every if verbosity > 0 else every[:_SHOWN]
    heads = ("", found.advice[0].key, "builds", "at worst", "wanted", "")
    rows = [_row(one, places.get(one.unique_id, "")) for one in shown]
    widths = [max(columns_of(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    yield ()
    yield (Piece("  " + _padded(heads, widths).rstrip(), "dim"),)
    for row, one in zip(rows, shown, strict=True):
        sign = "~ " if one.changes else "  "
        yield (
            Piece(sign, "warning" if one.changes else ""),
            Piece(f"{_padded(row[:1], widths)}  ", "strong"),
            Piece(f"{_padded(row[1:5], widths[1:])}  "),
            Piece(row[5], "dim"),
        )
    if len(every) > len(shown):
        yield (Piece(f"  and {len(every) - len(shown)} more: -v shows all", "dim"),)


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (text + " " * (width - columns_of(text)) for text, width in zip(row, widths, strict=False))
    return "  ".join(padded)


def _diff_lines(diff: str, verbosity: int) -> Iterator[Line]:
    lines = diff.split("\n")[:-1]
    if not lines:
        return
    shown = lines if verbosity > 0 else lines[:_MOST_LINES]
    yield ()
    for line in shown:
        yield (Piece(single(line), _TONES.get(line[:1], "")),)
    if len(lines) > len(shown):
        yield (Piece(f"and {len(lines) - len(shown)} more lines of changes: -v shows all", "dim"),)
    yield ()
    yield (Piece("To apply it: the same command with --format diff | git apply", "dim"),)


def advice_document(
    advice: ProjectAdvice, base: Path, *, project: str, engine: str, mode: str, key: str
) -> dict[str, Any]:
    """The document of ``advise --format json``: schemas/advise-output.schema.json. Lengths are seconds."""
    found, written = advice.found, advice.written
    totals = {"before": found.before.totals, "after": found.after.totals}
    return {
        "schema_version": SCHEMA_VERSION,
        "project": project,
        "engine": engine,
        "mode": mode,
        "key": key,
        "start": found.after.start.isoformat(),
        "end": found.after.end.isoformat(),
        "text": advice_summary(advice),
        "totals": {
            side: {"runs": one.runs, "builds": one.builds, "reuses": one.reuses, "seconds": one.seconds}
            for side, one in totals.items()
        },
        "models": [
            {
                "unique_id": one.unique_id,
                "name": named(one.unique_id),
                "wanted": None if one.want is None else {"lag": one.want.lag, "age": one.want.age},
                "met": one.met,
                "why": advice.why.get(one.unique_id),
                "value": {"before": one.before, "after": one.after},
                "expected": {"before": _expected(one.was), "after": _expected(one.becomes)},
                "origin": None if written is None else written.places.get(one.unique_id),
                "refused": None if written is None else written.refused.get(one.unique_id),
            }
            for one in found.advice
        ],
        "simulations": found.tried,
        "diff": None if written is None else advice_diff(advice, base),
        "notes": [
            {"kind": note.kind, "unique_id": note.unique_id, "text": note.text} for note in found.after.notes
        ],
    }


def _expected(node: NodeResult | None) -> dict[str, float | None] | None:
    if node is None:
        return None
    age = node.age
    return {
        "builds": node.builds,
        "seconds": node.seconds,
        "worst_lag": None if age is None else age.worst_lag,
        "worst_age": None if age is None else age.worst_age,
    }
