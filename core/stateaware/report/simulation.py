"""A simulation as lines for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from stateaware.plan.reasons import REASONS
from stateaware.plan.words import named, span_words
from stateaware.report.cells import columns_of
from stateaware.report.plan_lines import long_moment, noted_lines
from stateaware.text.pieces import Line, Piece, single

if TYPE_CHECKING:
    from stateaware.simulate.results import NodeResult, Simulation

SCHEMA_VERSION: Final = 1
_COLUMNS: Final = 28
"""Of the chart: so many parts of the whole time, in which a node was built or not."""
_SHOWN: Final = 40
_LEVELS: Final = "·▁▃▅█"


def simulation_lines(found: Simulation, jobs: Sequence[str], *, verbosity: int = 0) -> Iterator[Line]:
    """The lines: a sentence, a row for each node, what was assumed.

    In the chart each sign stands for a part of the time: the higher, the more of its runs built the node.
    """
    yield (Piece(simulation_summary(found), "strong"),)
    if verbosity < 0:
        return
    yield (Piece(f"From {long_moment(found.start)}, jobs: {', '.join(map(single, jobs))}.", "dim"),)
    nodes = [node for node in found.nodes.values() if not node.unique_id.startswith(("test.", "unit_test."))]
    nodes.sort(key=lambda node: (-node.seconds, node.unique_id))
    shown = nodes if verbosity > 0 else nodes[:_SHOWN]
    if shown:
        yield ()
        yield from _table(found, shown)
    if len(nodes) > len(shown):
        yield (Piece(f"  and {len(nodes) - len(shown)} more: -v shows all", "dim"),)
    yield from noted_lines("Assumed", [note for note in found.notes if note.kind == "assumed"], verbosity)
    yield from noted_lines("Warnings", [note for note in found.notes if note.kind == "warning"], verbosity)


def simulation_summary(found: Simulation) -> str:
    """All of it in a sentence or a few: builds with and without, the oldest data, who never builds."""
    totals = found.totals
    could = totals.builds + totals.reuses
    runs = f"{totals.runs:,} run{'s' if totals.runs != 1 else ''}"
    length = span_words((found.end - found.start).total_seconds())
    time = f"{span_words(totals.seconds_without)} of building become {span_words(totals.seconds)}"
    parts = [f"Over {length} and {runs}, {could:,} builds become {totals.builds:,} ({time})"]
    late = max(
        (node for node in found.nodes.values() if node.age is not None),
        key=lambda node: node.age.worst_lag if node.age is not None else 0.0,
        default=None,
    )
    if late is not None and late.age is not None:
        name = single(named(late.unique_id))
        parts.append(f"data that has come is missing for {span_words(late.age.worst_lag)} at most, in {name}")
    if found.starved:
        names = _names(found.starved)
        parts.append(f"never built, since updates_on all waits for a parent that never changes: {names}")
    if found.always_built:
        parts.append(f"built by every run: {_names(found.always_built)}")
    return f"{'; '.join(parts)}."


def _names(unique_ids: Sequence[str]) -> str:
    shown = [single(named(one)) for one in unique_ids[:3]]
    more = f" and {len(unique_ids) - 3} more" if len(unique_ids) > 3 else ""
    return ", ".join(shown) + more


def _table(found: Simulation, nodes: Sequence[NodeResult]) -> Iterator[Line]:
    names = [single(named(node.unique_id)) for node in nodes]
    widest = max(columns_of(name) for name in names)
    head = f"  {'':{widest}}  builds  reuses   building  worst lag  "
    yield (Piece(f"{head}{long_moment(found.start)[:16]} to {long_moment(found.end)[:16]}", "dim"),)
    for name, node in zip(names, nodes, strict=True):
        lag = span_words(node.age.worst_lag) if node.age is not None else ""
        yield (
            Piece(f"  {name}{' ' * (widest - columns_of(name))}  ", "strong"),
            Piece(f"{node.builds:6,}  {node.reuses:6,}  {span_words(node.seconds):>9}  {lag:>9}  "),
            Piece(_chart(found, node), "dim"),
            *((Piece("  starved", "warning"),) if node.starved else ()),
        )


def _chart(found: Simulation, node: NodeResult) -> str:
    length = (found.end - found.start) / _COLUMNS
    runs, builds = [0] * _COLUMNS, [0] * _COLUMNS
    for event in found.events(node.unique_id):
        part = min(_COLUMNS - 1, int((event.at - found.start) / length)) if length > timedelta(0) else 0
        runs[part] += 1
        builds[part] += event.outcome in ("build", "clone") and not event.cut
    return "".join(
        _LEVELS[0 if not built else max(1, round(built / count * (len(_LEVELS) - 1)))] if count else " "
        for count, built in zip(runs, builds, strict=True)
    )


def simulation_document(found: Simulation, *, project: str, engine: str, mode: str) -> dict[str, Any]:
    """The document of ``simulate --format json``: schemas/simulate-output.schema.json.

    Lengths are seconds.
    """
    totals = found.totals
    return {
        "schema_version": SCHEMA_VERSION,
        "project": project,
        "engine": engine,
        "mode": mode,
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "text": simulation_summary(found),
        "totals": {
            "runs": totals.runs,
            "builds": totals.builds,
            "reuses": totals.reuses,
            "others": totals.others,
            "seconds": totals.seconds,
            "seconds_without": totals.seconds_without,
            "worst_age": totals.worst_age,
            "worst_lag": totals.worst_lag,
        },
        "starved": list(found.starved),
        "never_built": list(found.never_built),
        "always_built": list(found.always_built),
        "runs": [
            {
                "job": run.job,
                "at": run.at.isoformat(),
                "end": run.end.isoformat(),
                "status": run.status,
                "collapsed": run.collapsed,
                "builds": run.builds,
                "reuses": run.reuses,
                "others": run.others,
                "seconds": run.seconds,
            }
            for run in found.runs
        ],
        "nodes": [_node(node) for node in found.nodes.values()],
        "notes": [
            {"kind": note.kind, "unique_id": note.unique_id, "text": note.text} for note in found.notes
        ],
    }


def _node(node: NodeResult) -> dict[str, Any]:
    age = node.age
    return {
        "unique_id": node.unique_id,
        "name": named(node.unique_id),
        "runs": node.runs,
        "builds": node.builds,
        "reuses": node.reuses,
        "reasons": {
            reason: {"decision": REASONS[reason].outcome, "count": count}
            for counts in (node.built, node.reused, node.others)
            for reason, count in counts.items()
        },
        "seconds": node.seconds,
        "seconds_without": node.seconds_without,
        "age": None
        if age is None
        else {
            "worst_age": age.worst_age,
            "mean_age": age.mean_age,
            "worst_lag": age.worst_lag,
            "mean_lag": age.mean_lag,
        },
    }
