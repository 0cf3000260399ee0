"""Which nodes a run is about, in dbt's selection syntax, from a project's files."""

from __future__ import annotations

from collections.abc import Sequence

from stateaware.select.project import from_project
from stateaware.select.selectable import Selectable
from stateaware.select.selection import Selection, select
from stateaware.select.selectors import load_selectors
from stateaware.workspace import Project


def select_nodes(
    project: Project, wanted: Sequence[str], unwanted: Sequence[str], selector: str = ""
) -> Selection | None:
    """The nodes that ``--select``, ``--exclude`` and ``--selector`` leave; None where nothing is asked.

    Then a selector of selectors.yml that is the default counts, as in dbt.

    Raises:
        SelectionError: one of them cannot be read, or selectors.yml cannot.
    """
    selectors = load_selectors(project.root)
    if not (wanted or unwanted or selector or selectors.default):
        return None
    graph = Selectable(from_project(project), project.name)
    return select(graph, wanted, unwanted, selector=selector, selectors=selectors)
