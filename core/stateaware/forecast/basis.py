"""What is known when a plan is made, and where it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from stateaware.artifacts.reading import Artifact
from stateaware.artifacts.run_results import RUN_RESULTS, Runs, read_run_results
from stateaware.artifacts.sources import SOURCES, Measured, read_sources
from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.forecast.code import compare_code
from stateaware.plan.assumed import assume, parse_statement, parse_target
from stateaware.plan.decision import Note, Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import How
from stateaware.plan.modes import Options
from stateaware.plan.project import lineage_of, unmeasured
from stateaware.plan.state import Present, State
from stateaware.plan.words import named, span_words
from stateaware.project.artifacts import target_path
from stateaware.records import dataclass, field, replace
from stateaware.workspace import Project

_NOTHING_KNOWN: Final = "nothing known of earlier builds"


_SHOWN_KINDS: Final = ("model.", "snapshot.", "seed.", "source.")
_WAYS: Final[dict[str, How]] = {LOADED_AT_FIELD: "loaded_at_field", LOADED_AT_QUERY: "loaded_at_query"}


@dataclass(frozen=True, slots=True)
class Given:
    """Which artifacts are to be read: files or folders; ``nothing``: not even those of the target folder."""

    run_results: tuple[Path, ...] = ()
    sources: tuple[Path, ...] = ()
    nothing: bool = False

    @property
    def anything(self) -> bool:
        """Whether some are named."""
        return bool(self.run_results or self.sources)


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


def with_artifacts(basis: Basis, project: Project, given: Given, at: datetime) -> Basis:
    """The basis with what dbt's artifacts tell of earlier builds and of new data.

    Without anything given those of the target folder count, where they are there.

    Raises:
        ArtifactError: one of them cannot be used.
    """
    target = project.root / target_path(project.project_file, project.options.env)
    results, sources = list(given.run_results), list(given.sources)
    if not given.anything and not given.nothing:
        results += [target / RUN_RESULTS] if (target / RUN_RESULTS).is_file() else []
        sources += [target / SOURCES] if (target / SOURCES).is_file() else []
    if not results and not sources:
        return basis
    runs = read_run_results(results) if results else Runs()
    measured = read_sources(sources, _ways(project)) if sources else Measured()
    known = basis.lineage.nodes
    records = {key: record for key, record in runs.records.items() if key in known}
    versions = {key: version for key, version in measured.versions.items() if key in known}
    gone = sorted(
        key for key in {*runs.records, *measured.versions} - known.keys() if key.startswith(_SHOWN_KINDS)
    )
    notes = list(basis.notes)
    if gone:
        more = f" and {len(gone) - 3} more" if len(gone) > 3 else ""
        notes.append(f"not in the project any more: {', '.join(map(named, gone[:3]))}{more}")
    engines = {artifact.engine for artifact in (*runs.files, *measured.files)}
    if len(engines) > 1:
        notes.append("some artifacts are of dbt Core and some of dbt v2")
    late = [one for one in (*runs.files, *measured.files) if one.generated_at and one.generated_at > at]
    if late:
        notes.append(f"{_name(late[-1], project)} was written after the moment of the plan")
    notes += (*runs.notes, *measured.notes)
    then, now = compare_code(project, runs, project.adapter or "")
    for key, built in then.items():
        if key in records:
            records[key] = replace(records[key], fingerprint=built)
    return replace(
        basis,
        state=State(records.values(), complete=False),
        present=replace(basis.present, versions={**basis.present.versions, **versions}, code=now),
        durations=runs.durations,
        words=(*_told("builds", runs.files, project, at), *_told("new data", measured.files, project, at)),
        notes=tuple(notes),
    )


def _ways(project: Project) -> dict[str, How]:
    """By what each source is measured, as far as the files tell."""
    found: dict[str, How] = {}
    for unique_id, source in project.sources.items():
        effective = source.config.effective if source.config is not None else {}
        for key, how in _WAYS.items():
            if key in effective and effective[key].value:
                found[unique_id] = how
        found.setdefault(unique_id, "metadata")
    return found


def _told(what: str, files: tuple[Artifact, ...], project: Project, at: datetime) -> Iterator[str]:
    if not files:
        return
    newest = files[-1]
    made = f" (dbt {newest.dbt_version})" if newest.dbt_version else ""
    more = f" and {len(files) - 1} older" if len(files) > 1 else ""
    age = ""
    if newest.generated_at is not None and newest.generated_at <= at:
        age = f", {span_words((at - newest.generated_at).total_seconds())} old"
    yield f"{what} from {_name(newest, project)}{more}{made}{age}"


def _name(artifact: Artifact, project: Project) -> str:
    path = artifact.path
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else str(path)


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
