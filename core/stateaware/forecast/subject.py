"""What a report tells about the project of a plan or a simulation."""

from __future__ import annotations

from collections.abc import Sequence

from stateaware.forecast.basis import Basis
from stateaware.forecast.origin import Ground, origin_of
from stateaware.report.html.subject import Subject


def subject_of(ground: Ground, basis: Basis, jobs: Sequence[str] = ()) -> Subject:
    """The subject of a report.

    Args:
        ground: where the graph comes from, for the tags.
        basis: what the plan or the simulation was made from.
        jobs: the names of the jobs in the settings.
    """
    resources = origin_of(ground).selectable().resources
    return Subject(
        basis.project,
        basis.engine,
        basis.lineage,
        versions=basis.present.versions,
        files=basis.files,
        tags={key: tuple(one.tags) for key, one in resources.items() if one.tags},
        basis=basis.words,
        notes=basis.notes,
        jobs=tuple(jobs),
        built={key: one.completed_at for key, one in basis.state.records.items() if one.status == "success"},
    )
