"""Which nodes a run is about, in dbt's selection syntax."""

from __future__ import annotations

from collections.abc import Sequence

from stateaware.forecast.origin import Ground, origin_of
from stateaware.records import replace
from stateaware.select.selection import Selection, select
from stateaware.select.unmatched import describe_unmatched


def select_nodes(
    ground: Ground, wanted: Sequence[str], unwanted: Sequence[str], selector: str = ""
) -> Selection | None:
    """The nodes that ``--select``, ``--exclude`` and ``--selector`` leave; None where nothing is asked.

    ``unmatched`` are sentences, with the name that was probably meant. Where nothing is asked, a selector
    of selectors.yml that is the default counts, as in dbt.

    Raises:
        SelectionError: one of them cannot be read, or selectors.yml cannot.
    """
    origin = origin_of(ground)
    selectors = origin.selectors()
    if not (wanted or unwanted or selector or selectors.default):
        return None
    graph = origin.selectable()
    found = select(graph, wanted, unwanted, selector=selector, selectors=selectors)
    return replace(found, unmatched=tuple(describe_unmatched(graph, text) for text in found.unmatched))
