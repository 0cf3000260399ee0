"""Which nodes a run is about, in dbt's selection syntax, from a project's files."""

from __future__ import annotations

from collections.abc import Sequence

from stateaware.records import replace
from stateaware.select.project import from_project, selectors_of
from stateaware.select.selectable import Selectable
from stateaware.select.selection import Selection, select
from stateaware.select.unmatched import describe_unmatched
from stateaware.workspace import Project


def select_nodes(
    project: Project, wanted: Sequence[str], unwanted: Sequence[str], selector: str = ""
) -> Selection | None:
    """The nodes that ``--select``, ``--exclude`` and ``--selector`` leave; None where nothing is asked.

    ``unmatched`` are sentences, with the name that was probably meant. Where nothing is asked, a selector
    of selectors.yml that is the default counts, as in dbt.

    Raises:
        SelectionError: one of them cannot be read, or selectors.yml cannot.
    """
    selectors = selectors_of(project)
    if not (wanted or unwanted or selector or selectors.default):
        return None
    graph = Selectable(from_project(project), project.name)
    found = select(graph, wanted, unwanted, selector=selector, selectors=selectors)
    return replace(found, unmatched=tuple(describe_unmatched(graph, text) for text in found.unmatched))
