"""Between artifacts and the state file: what a plan takes from it, and what is written into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stateaware.artifacts.gather import Gathered
from stateaware.artifacts.state_file import (
    Kept,
    KeptVersion,
    Remembered,
    StateFile,
    lengths,
    read_state_file,
)
from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.keep import beside, keep
from stateaware.forecast.code import Codes
from stateaware.forecast.origin import Origin
from stateaware.plan.clock import EARLIEST
from stateaware.plan.lineage import Lineage
from stateaware.plan.state import UNKNOWN_CODE, State
from stateaware.plan.words import span_words
from stateaware.records import replace
from stateaware.rules.spans_of_time import listed

if TYPE_CHECKING:
    from stateaware.forecast.basis import Basis

NOTHING_KNOWN: Final = "nothing known of earlier builds"


def with_state_file(
    basis: Basis, origin: Origin, path: Path, measured_at: Mapping[str, datetime], at: datetime
) -> Basis:
    """The basis with what a state file knows better: of each node and source the newer of both counts.

    Args:
        basis: with what artifacts tell.
        origin: its graph.
        path: the state file.
        measured_at: when artifacts measured each source.
        at: the moment of the plan.

    Raises:
        ArtifactError: the file cannot be used.
    """
    file = read_state_file(path)
    known = file.projects.get(origin.name, Remembered())
    records, nodes = dict(basis.state.records), basis.lineage.nodes
    kept = {
        key: one
        for key, one in known.nodes.items()
        if key in nodes and (key not in records or records[key].completed_at < one.record.completed_at)
    }
    codes = _compare(kept, origin)
    for key, one in kept.items():
        records[key] = replace(one.record, fingerprint=codes.then.get(key, UNKNOWN_CODE))
    versions = {
        key: seen.version
        for key, seen in known.sources.items()
        if key in nodes and (key not in measured_at or measured_at[key] < seen.measured_at)
    }
    present = basis.present
    written = file.written_at
    age = (
        f", {span_words((at - written).total_seconds())} old" if written is not None and written <= at else ""
    )
    return replace(
        basis,
        state=State(records.values(), complete=False),
        present=replace(
            present,
            versions={**present.versions, **versions},
            code={key: one for key, one in present.code.items() if key not in kept} | codes.now,
            described={key: one for key, one in present.described.items() if key not in kept},
        ),
        durations={**lengths(known), **basis.durations},
        words=(*(text for text in basis.words if text != NOTHING_KNOWN), f"state from {path}{age}"),
        notes=tuple(dict.fromkeys((*basis.notes, *_notes(path, file, basis.lineage, origin)))),
    )


def _notes(path: Path, file: StateFile, lineage: Lineage, origin: Origin) -> Iterator[str]:
    known = file.projects.get(origin.name)
    if known is None:
        others = f"; it has {listed(dict.fromkeys(file.projects))}" if file.projects else ""
        yield f"{path} knows nothing of the project `{origin.name}`{others}"
        return
    gone = _gone(known, lineage)
    if gone:
        yield f"{path}: not in the project any more, or under another name: {listed(gone)}"
    if origin.kind == "files" and any(
        one.code is not None and one.code.whole for one in known.nodes.values()
    ):
        yield (
            f"{path} is compared with files: of code that is each node's own text, without its macros and "
            "its configuration; name a manifest to have those compared"
        )


def _gone(known: Remembered, lineage: Lineage) -> dict[str, None]:
    """What is known and not in a graph, of the kinds that are in it: files tell of no tests."""
    kinds = {node.kind for node in lineage.nodes.values()}
    return {
        key: None
        for key in (*known.nodes, *known.sources)
        if key not in lineage.nodes and key.partition(".")[0] in kinds
    }


def _compare(kept: Mapping[str, Kept], origin: Origin) -> Codes:
    """The code of an origin beside that of a state file."""
    found = Codes()
    coded = {key: one.code for key, one in kept.items() if one.code is not None}
    present = origin.code() if coded else {}
    for key, code in coded.items():
        if key in present:
            found.then[key], found.now[key] = beside(code, present[key], origin.adapter)
    return found


def remember(
    origin: Origin, found: Gathered, built: Mapping[str, NodeCode], before: Remembered
) -> tuple[Remembered, tuple[str, ...]]:
    """What is known of an origin's project after artifacts were read, and notes on what was dropped.

    Newer builds and measurements count; nodes that the project does not have any more are dropped.

    Args:
        origin: the graph.
        found: what artifacts tell of it.
        built: the code of the last good builds.
        before: what was known.
    """
    nodes: dict[str, Kept] = {}
    for key, record in found.state.records.items():
        old = before.nodes.get(key)
        good = record.status == "success"
        known = old is not None and old.code is not None and old.record.completed_at == record.completed_at
        code = built.get(key) if good and not known else None
        took = found.runs.durations.get(key) if good else None
        seconds = None if took is None else took.total_seconds()
        nodes[key] = Kept(record, seconds, None if code is None else keep(code, origin.adapter))
    lineage = found.lineage.nodes
    sources = {
        key: KeptVersion(version, found.measured.snapshots.get(key, EARLIEST))
        for key, version in found.measured.versions.items()
        if key in lineage
    }
    merged = before.merged(Remembered(nodes, sources))
    gone = _gone(merged, found.lineage)
    kept = Remembered(
        {key: one for key, one in merged.nodes.items() if key not in gone},
        {key: one for key, one in merged.sources.items() if key not in gone},
    )
    told = (f"dropped, since the project has them no more: {listed(gone)}",) if gone else ()
    return kept, told
