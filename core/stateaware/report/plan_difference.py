"""What a change alters, as lines, as JSON, and as Markdown for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from stateaware.plan.words import named, span_words
from stateaware.report.markdown import code_span, plain_text
from stateaware.report.plan_lines import long_moment
from stateaware.text.pieces import Line, Piece, single

if TYPE_CHECKING:
    from datetime import datetime

    from stateaware.forecast.difference import Difference, ValueChange

SCHEMA_VERSION: Final = 1
_SHOWN: Final = 3
_LISTED: Final = 8
"""Names in one cell of a table; more are folded away below it."""


def difference_lines(found: Difference, base: str, at: datetime, *, verbosity: int = 0) -> Iterator[Line]:
    """The lines of a difference; ``base`` is what was compared with, as it was named."""
    if verbosity >= 0:
        yield (Piece(f"{single(base)} → working tree, planned at {long_moment(at)}"),)
        for title, rows in (
            ("Values in force", _value_rows(found, verbosity)),
            ("Code", _name_rows((("~", "other code", found.recoded),), verbosity)),
            ("Nodes", _name_rows((("+", "added", found.added), ("-", "removed", found.removed)), verbosity)),
            ("Decisions", _decision_rows(found, verbosity)),
        ):
            if rows:
                yield ()
                yield (Piece(title, "strong"),)
                yield from rows
        yield ()
    yield (Piece(difference_summary(found), "strong"),)


def difference_summary(found: Difference) -> str:
    """Everything in one or two sentences: what is another, and how often models can be built."""
    parts = [
        f"{len(part):,} {one if len(part) == 1 else many}"
        for part, one, many in (
            (found.values, "value changes", "values change"),
            (found.recoded, "model has other code", "models have other code"),
            (found.added, "node is new", "nodes are new"),
            (found.removed, "node is gone", "nodes are gone"),
            (found.decisions, "decision changes", "decisions change"),
        )
        if part
    ]
    return f"{', '.join(parts) or 'Nothing changes'}. {_builds(found)}"


def _builds(found: Difference) -> str:
    before, after = (f"{count:,.0f}" for count in found.builds)
    counted = f"{before} → {after}" if before != after else f"{after}, as before"
    every = span_words(found.every.total_seconds())
    return f"Most builds a day, with a run every {every} and always new data: {counted}."


def _groups(found: Difference) -> list[list[ValueChange]]:
    groups: dict[tuple[str, str, str, str], list[ValueChange]] = {}
    for change in found.values:
        groups.setdefault((change.kind, change.key, change.before, change.after), []).append(change)
    return sorted(groups.values(), key=len, reverse=True)


def _nodes(names: Sequence[str], most: int) -> str:
    shown = [single(named(name)) for name in names]
    if len(shown) <= most + 1:
        return ", ".join(shown)
    return f"{', '.join(shown[:most])} and {len(shown) - most} more"


def _counted(changes: Sequence[ValueChange]) -> str:
    kind = changes[0].kind
    return f"{len(changes)} {kind}{'s' if len(changes) > 1 else ''}"


def _moved(changes: Sequence[ValueChange]) -> str:
    """Where the value was set and is set, if that is the same for all."""
    places = {(change.was_from, change.is_from) for change in changes}
    if len(places) > 1:
        places = {("", change.is_from) for change in changes}
    if len(places) > 1:
        return f"{len(places)} places"
    [(before, after)] = places
    return f"{before} → {after or 'nowhere'}" if before and before != after else after or before


def _value_rows(found: Difference, verbosity: int) -> list[Line]:
    rows: list[Line] = []
    for changes in _groups(found):
        names = _nodes([change.unique_id for change in changes], len(changes) if verbosity > 0 else _SHOWN)
        first = changes[0]
        rows.append(
            (
                Piece("  ~ ", "warning"),
                Piece(f"{_counted(changes)}: ", "strong"),
                Piece(f"{first.key} {first.before} → {first.after}"),
                Piece(f"   {names}"),
                Piece(f"   {_moved(changes)}", "dim"),
            )
        )
    return rows


def _name_rows(parts: Sequence[tuple[str, str, Sequence[str]]], verbosity: int) -> list[Line]:
    return [
        (
            Piece(f"  {sign} "),
            Piece(f"{word}: ", "strong"),
            Piece(_nodes(names, len(names) if verbosity > 0 else _LISTED)),
        )
        for sign, word, names in parts
        if names
    ]


def _decision_rows(found: Difference, verbosity: int) -> list[Line]:
    shown = found.decisions if verbosity > 0 else found.decisions[: _LISTED * 2]
    rows: list[Line] = [
        (
            Piece("  ~ "),
            Piece(single(named(change.unique_id)), "strong"),
            Piece(f"  {change.before.outcome} → {change.after.outcome}, {change.after.text}"),
        )
        for change in shown
    ]
    if len(found.decisions) > len(shown):
        rows.append((Piece(f"    and {len(found.decisions) - len(shown)} more", "dim"),))
    return rows


def difference_document(found: Difference, base: str, at: datetime, *, project: str) -> dict[str, Any]:
    """The document of ``plan --diff --format json``: schemas/plan-diff.schema.json."""
    return {
        "schema_version": SCHEMA_VERSION,
        "project": project,
        "base": base,
        "at": at.isoformat(),
        "values": [
            {
                "unique_id": change.unique_id,
                "resource_type": change.kind,
                "key": change.key,
                "before": {"text": change.before, "origin": change.was_from or None},
                "after": {"text": change.after, "origin": change.is_from or None},
            }
            for change in found.values
        ],
        "added": list(found.added),
        "removed": list(found.removed),
        "recoded": list(found.recoded),
        "decisions": [
            {
                "unique_id": change.unique_id,
                "before": {"decision": change.before.outcome, "reason": change.before.reason},
                "after": {
                    "decision": change.after.outcome,
                    "reason": change.after.reason,
                    "text": change.after.text,
                },
            }
            for change in found.decisions
        ],
        "most_builds_a_day": {
            "before": found.builds[0],
            "after": found.builds[1],
            "run_every_seconds": found.every.total_seconds(),
        },
        "text": difference_summary(found),
    }


def difference_markdown(found: Difference, base: str, at: datetime) -> Iterator[str]:
    """A comment for a pull request; long lists are folded away."""
    yield f"### stateaware: {code_span(base)} → this change"
    yield ""
    yield plain_text(difference_summary(found))
    if found.values:
        yield from ("", "| Setting | Before | After | Nodes | Set at |", "| --- | --- | --- | --- | --- |")
        folded: list[tuple[str, Sequence[str]]] = []
        for changes in _groups(found):
            first, names = changes[0], [change.unique_id for change in changes]
            shown = ", ".join(code_span(named(name)) for name in names[:_SHOWN])
            if len(names) > _SHOWN:
                shown = f"{_counted(changes)}: {shown}, …"
                folded.append((f"{first.key} {first.before} → {first.after}", names))
            cells = (
                code_span(first.key),
                plain_text(first.before),
                plain_text(first.after),
                shown,
                code_span(_moved(changes)),
            )
            yield f"| {' | '.join(cells)} |"
        for title, every in folded:
            yield from _folded(f"{plain_text(title)}: {len(every)} nodes", every)
    for title, nodes in (
        ("Other code", found.recoded),
        ("New nodes", found.added),
        ("Nodes that are gone", found.removed),
    ):
        if len(nodes) > _LISTED:
            yield from _folded(f"{title}: {len(nodes)}", nodes)
        elif nodes:
            yield from ("", f"{title}: {', '.join(code_span(named(name)) for name in nodes)}")
    if found.decisions:
        yield from ("", f"Planned at {long_moment(at)}:", "")
        yield from ("| Node | Before | After | Why |", "| --- | --- | --- | --- |")
        for change in found.decisions[: _LISTED * 4]:
            before, after = change.before.outcome, change.after.outcome
            node, why = code_span(named(change.unique_id)), plain_text(change.after.text)
            yield f"| {node} | {before} | {after} | {why} |"
        if len(found.decisions) > _LISTED * 4:
            yield from ("", f"and {len(found.decisions) - _LISTED * 4} more decisions")


def _folded(title: str, names: Sequence[str]) -> Iterator[str]:
    yield from ("", "<details>", f"<summary>{title}</summary>", "")
    yield ", ".join(code_span(named(name)) for name in names)
    yield from ("", "</details>")
