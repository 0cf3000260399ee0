"""What a report tells about a project, whatever was planned for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import Version
from stateaware.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Subject:
    """A project as a report shows it.

    Args:
        project: its name.
        engine: whose rules decided which value is in force.
        lineage: its nodes with what is in force for them.
        versions: what is known of the data of its sources, by unique_id.
        files: the nodes' files, relative to the project, by unique_id, where they are known.
        tags: the nodes' tags, by unique_id, where they are known.
        basis: what everything was read from, each as a few words.
        notes: what a reader should know about that, each as a sentence.
        jobs: the names of the jobs in the settings.
        built: when each node's last good build ended, where that is known.
    """

    project: str
    engine: str
    lineage: Lineage
    versions: Mapping[str, Version] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    basis: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    built: Mapping[str, datetime] = field(default_factory=dict)
