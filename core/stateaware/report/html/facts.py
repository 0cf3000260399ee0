"""The parts that the reports of plans and of simulations share: nodes, windows, sources, notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from stateaware.plan.decision import Note
from stateaware.plan.measured import MEASUREMENTS
from stateaware.plan.modes import Mode
from stateaware.plan.nodes import Node, Window
from stateaware.plan.words import named
from stateaware.report.html.subject import Subject

SCHEMA_VERSION: Final = 1
Json: TypeAlias = dict[str, Any]
_LOADED: Final = ("source", "external")
"""What nothing here builds."""


def moment_text(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if moment is None else moment.isoformat()


def node_facts(subject: Subject, node: Node, reads: Sequence[str], window: Window | None) -> Json:
    """What a report tells of a node, whatever happens to it.

    ``reads`` are the nodes whose data counts for it: its parents, but for those that are seen through.
    """
    file = subject.files.get(node.unique_id)
    return {
        "unique_id": node.unique_id,
        "name": named(node.unique_id),
        "kind": node.kind,
        "file": file,
        "folder": "" if file is None else file.rpartition("/")[0],
        "tags": sorted(subject.tags.get(node.unique_id, ())),
        "materialized": node.materialized,
        "parents": list(node.parents),
        "reads": None if tuple(reads) == node.parents else list(reads),
        "window": None if window is None else window_facts(window),
    }


def window_facts(window: Window) -> Json:
    """A window with the place of the setting in force."""
    file, _, line = window.where.rpartition(":")
    placed = bool(file) and line.isdigit()
    return {
        "key": window.key,
        "seconds": window.seconds,
        "text": window.words or None,
        "updates_on": window.waits,
        "where": window.where or None,
        "origin": {"file": file, "line": int(line)} if placed else None,
        "unknown": window.unknown or None,
    }


def reads_of(subject: Subject, mode: Mode) -> Mapping[str, tuple[str, ...]]:
    """The nodes whose data counts for each node, by the rules of a mode."""
    return subject.lineage.effective_parents(mode.transparent)


def source_facts(
    subject: Subject, nodes: Iterable[Json], loads: Mapping[str, int] | None = None
) -> list[Json]:
    """The sources that these nodes read, with what is known of their data.

    ``loads`` says which of the lists of loads is whose.
    """
    read: dict[str, None] = {}
    for node in nodes:
        read.update(dict.fromkeys((*node["parents"], *(node["reads"] or ()))))
    found = []
    for unique_id in read:
        known = subject.lineage.nodes.get(unique_id)
        if known is None or known.kind not in _LOADED:
            continue
        version = subject.versions.get(unique_id)
        told = MEASUREMENTS["not seen" if version is None else version.how]
        found.append(
            {
                "unique_id": unique_id,
                "name": named(unique_id),
                "kind": known.kind,
                "file": subject.files.get(unique_id),
                "tags": sorted(subject.tags.get(unique_id, ())),
                "version": None if version is None else version.value,
                "at": None if version is None else moment_text(version.at),
                "measured_by": "not seen" if version is None else version.how,
                "measured_text": told.words,
                "always_new": told.changed is True,
                "loads": None if loads is None else loads.get(unique_id),
            }
        )
    return sorted(found, key=lambda one: str(one["name"]))


def note_facts(subject: Subject, notes: Iterable[Note]) -> list[Json]:
    """Notes, each once; those about what everything was read from come first."""
    about = [{"kind": "note", "unique_id": "", "text": text} for text in subject.notes]
    told = dict.fromkeys(notes)
    return about + [{"kind": one.kind, "unique_id": one.unique_id, "text": one.text} for one in told]


def head_facts(subject: Subject, kind: str, mode: str, text: str) -> Json:
    """How every report begins; ``text`` is all of it in a sentence or a few."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "project": subject.project,
        "engine": subject.engine,
        "mode": mode,
        "text": text,
        "basis": list(subject.basis),
        "settings_jobs": list(subject.jobs),
    }
