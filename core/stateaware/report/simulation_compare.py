"""Two simulations side by side, as lines, as JSON, and as Markdown for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from stateaware.plan.words import named, span_words
from stateaware.records import dataclass
from stateaware.report.cells import columns_of, padded
from stateaware.report.markdown import code_span, plain_text
from stateaware.report.plan_lines import long_moment, noted_lines
from stateaware.text.pieces import Line, Piece, Tone, single

if TYPE_CHECKING:
    from stateaware.simulate.compare import Change, Comparison, NodeComparison

SCHEMA_VERSION: Final = 1
_SHOWN: Final = 40
_IN_COMMENT: Final = 30
_TESTS: Final = ("test.", "unit_test.")


@dataclass(frozen=True, slots=True)
class Titles:
    """What the two sides are called, and by what settings of the command line the second differs."""

    before: str
    after: str
    overrides: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """``main → working tree with stg_*.build_after=1d``."""
        others = f"with {', '.join(self.overrides)}" if self.overrides else ""
        return f"{single(self.before)} → {single(f'{self.after} {others}'.strip())}"


def comparison_lines(
    found: Comparison, titles: Titles, jobs: Sequence[str], *, verbosity: int = 0
) -> Iterator[Line]:
    """The lines: a sentence, what is compared, a row for each node that is otherwise, what was assumed."""
    yield (Piece(comparison_summary(found), "strong"),)
    if verbosity < 0:
        return
    yield (Piece(titles.words),)
    listed = ", ".join(map(single, jobs))
    yield (Piece(f"From {long_moment(found.after.start)}, jobs: {listed}.", "dim"),)
    nodes = moved_nodes(found)
    shown = nodes if verbosity > 0 else nodes[:_SHOWN]
    if shown:
        yield ()
        yield from _table(found, shown)
    if len(nodes) > len(shown):
        yield (Piece(f"  and {len(nodes) - len(shown)} more: -v shows all", "dim"),)
    same = sum(not key.startswith(_TESTS) for key in found.nodes) - len(nodes)
    if same and shown:
        yield (Piece(f"  {_several(same, 'node')} as before", "dim"),)
    notes = found.after.notes
    yield from noted_lines("Assumed", [note for note in notes if note.kind == "assumed"], verbosity)
    yield from noted_lines("Warnings", [note for note in notes if note.kind == "warning"], verbosity)


def moved_nodes(found: Comparison) -> list[NodeComparison]:
    """The nodes, tests left out, that have other figures, those first whose building time changes most."""
    return [
        node
        for node in found.changed
        if not node.unique_id.startswith(_TESTS) and any(_moves(change) for change in _figures(node))
    ]


def comparison_summary(found: Comparison) -> str:
    """All of it in a sentence or a few: builds, building time, the worst lag, who is starved now."""
    totals = found.totals
    length = span_words((found.after.end - found.after.start).total_seconds())
    over = f"Over {length} and {_several(int(totals['runs'].after or 0), 'run')}"
    builds, seconds, lag = totals["builds"], totals["seconds"], totals["worst_lag"]
    if not moved_nodes(found):
        return f"{over}, nothing changes: {builds.after or 0:,.0f} builds."
    counted = f"{builds.before or 0:,.0f} builds become {builds.after or 0:,.0f}{_share(builds)}"
    parts = [f"{over}, {counted}, and building takes {_moved_span(seconds)}"]
    if lag.before == lag.after:
        parts.append(f"data that has come is missing for {span_words(lag.after or 0)} at most, as before")
    else:
        at = max(found.after.nodes.values(), key=lambda node: node.age.worst_lag if node.age else 0.0)
        name = single(named(at.unique_id))
        parts.append(f"data that has come is missing for {_moved_span(lag)} at most, in {name}")
    freed = [key for key in found.before.starved if key not in found.after.starved]
    for title, keys in (
        ("never built any more, since updates_on all waits in vain", found.newly_starved),
        ("built again, no longer waiting in vain", [key for key in freed if key in found.after.nodes]),
    ):
        if keys:
            names = ", ".join(single(named(key)) for key in keys[:3])
            parts.append(f"{title}: {names}{f' and {len(keys) - 3} more' if len(keys) > 3 else ''}")
    return f"{'; '.join(parts)}."


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _share(change: Change) -> str:
    more, before = change.more, change.before
    return f" ({more / before:+.0%})" if more and before else ""


def _moved_span(change: Change) -> str:
    after, before = span_words(change.after or 0), span_words(change.before or 0)
    return f"{after}, as before" if after == before else f"{after} instead of {before}"


def _figures(node: NodeComparison) -> tuple[Change, Change, Change]:
    return node.builds, node.seconds, node.worst_lag


def _moves(change: Change) -> bool:
    return change.before != change.after


def _arrow(change: Change, words: str) -> str:
    """Both figures, one where they are the same; ``words`` is count or span."""
    shown = [
        ("-" if change.before != change.after else "")
        if figure is None
        else f"{figure:,.0f}"
        if words == "count"
        else span_words(figure)
        for figure in (change.before, change.after)
    ]
    return shown[1] if shown[0] == shown[1] else f"{shown[0]} → {shown[1]}"


def _cells(node: NodeComparison) -> tuple[str, str, str]:
    return _arrow(node.builds, "count"), _arrow(node.seconds, "span"), _arrow(node.worst_lag, "span")


def _table(found: Comparison, nodes: Sequence[NodeComparison]) -> Iterator[Line]:
    heads = ("builds", "building", "worst lag")
    rows = [(single(named(node.unique_id)), *_cells(node)) for node in nodes]
    totals = found.totals
    last = ("in all", _arrow(totals["builds"], "count"), _arrow(totals["seconds"], "span"), "")
    widths = [max(columns_of(row[at]) for row in (("", *heads), *rows, last)) for at in range(4)]
    yield (Piece("  " + padded(("", *heads), widths).rstrip(), "dim"),)
    for node, row in zip(nodes, rows, strict=True):
        word, tone = _remark(found, node)
        figures = padded(row[1:], widths[1:])
        yield (
            Piece(f"  {padded(row[:1], widths)}  ", "strong"),
            Piece(f"{figures}  " if word else figures.rstrip()),
            *((Piece(word, tone),) if word else ()),
        )
    yield (Piece("  " + padded(last, widths).rstrip()),)


def _remark(found: Comparison, node: NodeComparison) -> tuple[str, Tone]:
    if node.before is None:
        return "new", ""
    if node.after is None:
        return "gone", ""
    return ("starved", "warning") if node.unique_id in found.newly_starved else ("", "")


def comparison_markdown(found: Comparison, titles: Titles) -> Iterator[str]:
    """A comment for a pull request."""
    yield f"### stateaware simulate: {plain_text(titles.words)}"
    yield ""
    yield plain_text(comparison_summary(found))
    nodes = moved_nodes(found)
    if not nodes:
        return
    yield from ("", "| Node | Builds | Building | Worst lag | |", "| --- | --- | --- | --- | --- |")
    for node in nodes[:_IN_COMMENT]:
        cells = (code_span(named(node.unique_id)), *_cells(node), _remark(found, node)[0])
        yield f"| {' | '.join(cells)} |"
    totals = found.totals
    yield f"| in all | {_arrow(totals['builds'], 'count')} | {_arrow(totals['seconds'], 'span')} | | |"
    if len(nodes) > _IN_COMMENT:
        yield from ("", f"and {len(nodes) - _IN_COMMENT} more nodes")


def comparison_document(
    found: Comparison, titles: Titles, *, project: str, engine: str, mode: str
) -> dict[str, Any]:
    """The document of ``simulate --compare --format json``: schemas/simulate-compare.schema.json."""
    return {
        "schema_version": SCHEMA_VERSION,
        "project": project,
        "engine": engine,
        "mode": mode,
        "start": found.after.start.isoformat(),
        "end": found.after.end.isoformat(),
        "before": titles.before,
        "after": titles.after or titles.before,
        "overrides": list(titles.overrides),
        "text": comparison_summary(found),
        "totals": {name: _change(change) for name, change in found.totals.items()},
        "newly_starved": list(found.newly_starved),
        "nodes": [
            {
                "unique_id": node.unique_id,
                "name": named(node.unique_id),
                "differs": any(map(_moves, _figures(node))),
                "builds": _change(node.builds),
                "seconds": _change(node.seconds),
                "worst_age": _change(node.worst_age),
                "worst_lag": _change(node.worst_lag),
            }
            for node in found.nodes.values()
        ],
        "notes": [
            {"kind": note.kind, "unique_id": note.unique_id, "text": note.text} for note in found.after.notes
        ],
    }


def _change(change: Change) -> dict[str, float | None]:
    return {"before": change.before, "after": change.after}
