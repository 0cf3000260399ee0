"""What is known when a plan is made, and where it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from stateaware.plan.assumed import assume, parse_statement, parse_target
from stateaware.plan.decision import Note, Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import Options
from stateaware.plan.project import lineage_of, unmeasured
from stateaware.plan.state import Present, State
from stateaware.records import dataclass, field, replace
from stateaware.workspace import Project

_NOTHING_KNOWN: Final = "nothing known of earlier builds"


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a plan depends on beside the moment and the options.

    Args:
        project: the project's name.
        engine: whose rules decided which value is in force.
        lineage: the nodes with what is in force for them.
        state: what is known of earlier builds.
        present: what is seen now.
        durations: how long a build of a node takes, where that is known.
        files: the nodes' files relative to the project, by unique_id, where they are known.
        words: what all this was read from, each as a few words.
        notes: what the reader of a plan should know about it.
        stated: what was stated by hand.
    """

    project: str
    engine: str
    lineage: Lineage
    state: State
    present: Present
    durations: Mapping[str, timedelta] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stated: tuple[Note, ...] = ()


def files_basis(project: Project) -> Basis:
    """What a project's files tell: the graph and its settings, and nothing about earlier builds."""
    return Basis(
        project.name,
        project.engine.name,
        lineage_of(project),
        State(complete=False),
        Present(versions=unmeasured(project)),
        files={unique_id: node.file.file for unique_id, node in project.nodes.items()},
        words=(_NOTHING_KNOWN,),
    )


def with_statements(basis: Basis, statements: Iterable[str], changed: Iterable[str], at: datetime) -> Basis:
    """The basis with what ``--assume`` and ``--changed`` state in place of what was read.

    Raises:
        UsageError: one of them cannot be read, or names no node.
    """
    read = [parse_statement(text, at) for text in statements]
    targets = [parse_target(text) for text in changed]
    if not read and not targets:
        return basis
    assumed = assume(read, targets, basis.lineage, basis.state, basis.present)
    words = tuple(text for text in basis.words if text != _NOTHING_KNOWN)
    return replace(basis, state=assumed.state, present=assumed.present, stated=assumed.notes, words=words)


def make_plan(basis: Basis, at: datetime, options: Options, selected: frozenset[str] | None = None) -> Plan:
    """Decide for the selected nodes, and note what was stated."""
    from stateaware.plan.decide import plan

    made = plan(basis.lineage, basis.state, basis.present, at=at, options=options, selected=selected)
    return replace(made, notes=(*basis.stated, *made.notes))
