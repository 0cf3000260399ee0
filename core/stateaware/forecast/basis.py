"""What is known when a plan is made, and where it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from stateaware.artifacts.reading import Artifact
from stateaware.forecast.known import Given, Known, read_known
from stateaware.forecast.origin import Ground, Origin, origin_of
from stateaware.forecast.remembering import NOTHING_KNOWN, with_state_file
from stateaware.plan.assumed import assume, parse_statement, parse_target
from stateaware.plan.decision import Note, Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import Options
from stateaware.plan.state import Present, State
from stateaware.plan.words import span_words
from stateaware.records import dataclass, field, replace
from stateaware.workspace import Project


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
    return origin_basis(origin_of(project))


def origin_basis(origin: Origin, at: datetime | None = None) -> Basis:
    """What files or a manifest tell: the graph and its settings, and nothing about earlier builds.

    ``at`` is the moment of the plan, for the age of a manifest.
    """
    manifest = origin.manifest
    words = [NOTHING_KNOWN]
    if manifest is not None:
        words[:0] = _told("graph", (manifest.artifact,), origin, at)
    return Basis(
        origin.name,
        origin.engine,
        origin.lineage(),
        State(complete=False),
        Present(versions=origin.unmeasured()),
        files=origin.files,
        words=tuple(words),
        notes=() if manifest is None else manifest.notes,
    )


def with_artifacts(basis: Basis, ground: Ground, given: Given, at: datetime) -> Basis:
    """The basis with what dbt's artifacts tell of earlier builds and of new data.

    Without anything given those of the target folder count, where they are there; for a manifest those
    beside it.

    Raises:
        ArtifactError: one of them cannot be used.
    """
    origin = origin_of(ground)
    known = read_known(origin, given)
    found = with_ages(with_known(basis, origin, known), origin, known, at)
    if given.state_file is None:
        return found
    return with_state_file(found, origin, given.state_file, known.measured.snapshots, at)


def with_known(basis: Basis, origin: Origin, known: Known) -> Basis:
    """The basis with what artifacts that were read tell of its nodes."""
    if not known.anything:
        return basis
    found = known.about(basis.lineage)
    codes = known.codes(origin)
    records = [
        replace(record, fingerprint=codes.then[key]) if key in codes.then else record
        for key, record in found.state.records.items()
    ]
    return replace(
        basis,
        state=State(records, complete=False),
        present=replace(
            basis.present,
            versions={**basis.present.versions, **found.present.versions},
            code=codes.now,
            described=codes.described,
        ),
        durations=found.durations,
        notes=tuple(dict.fromkeys((*basis.notes, *found.notes))),
    )


def with_ages(basis: Basis, origin: Origin, known: Known, at: datetime) -> Basis:
    """The basis with words about the artifacts that it has taken in: which they are, and how old."""
    if not known.anything:
        return basis
    late = [one for one in known.files if one.generated_at is not None and one.generated_at > at]
    told = f"{_name(late[-1].path, origin)} was written after the moment of the plan" if late else ""
    return replace(
        basis,
        words=(
            *(text for text in basis.words if text != NOTHING_KNOWN),
            *_told("builds", known.runs.files, origin, at),
            *_told("new data", known.measured.files, origin, at),
        ),
        notes=tuple(dict.fromkeys((*basis.notes, told))) if told else basis.notes,
    )


def _told(what: str, files: tuple[Artifact, ...], origin: Origin, at: datetime | None) -> Iterator[str]:
    if not files:
        return
    newest = files[-1]
    made = f" (dbt {newest.dbt_version})" if newest.dbt_version else ""
    more = f" and {len(files) - 1} older" if len(files) > 1 else ""
    age = ""
    if at is not None and newest.generated_at is not None and newest.generated_at <= at:
        age = f", {span_words((at - newest.generated_at).total_seconds())} old"
    yield f"{what} from {_name(newest.path, origin)}{more}{made}{age}"


def _name(path: Path, origin: Origin) -> str:
    root = origin.root
    return path.relative_to(root).as_posix() if root and path.is_relative_to(root) else str(path)


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
    words = tuple(text for text in basis.words if text != NOTHING_KNOWN)
    return replace(basis, state=assumed.state, present=assumed.present, stated=assumed.notes, words=words)


def make_plan(basis: Basis, at: datetime, options: Options, selected: frozenset[str] | None = None) -> Plan:
    """Decide for the selected nodes, and note what was stated of them and of what they read."""
    from stateaware.plan.decide import plan

    made = plan(basis.lineage, basis.state, basis.present, at=at, options=options, selected=selected)
    nodes = basis.lineage.nodes
    told = {*made.decisions, *(parent for key in made.decisions for parent in nodes[key].parents)}
    return replace(made, notes=(*(note for note in basis.stated if note.unique_id in told), *made.notes))
