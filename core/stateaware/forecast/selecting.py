"""Which nodes a run is about, in dbt's selection syntax."""

from __future__ import annotations

from collections.abc import Sequence

from stateaware.forecast.comparing import Comparison
from stateaware.forecast.known import NOTHING_GIVEN, Given
from stateaware.forecast.origin import Ground, origin_of
from stateaware.records import replace
from stateaware.select.selection import Selection, select
from stateaware.select.unmatched import describe_unmatched


def select_nodes(
    ground: Ground,
    wanted: Sequence[str],
    unwanted: Sequence[str],
    selector: str = "",
    given: Given = NOTHING_GIVEN,
) -> Selection | None:
    """The nodes that ``--select``, ``--exclude`` and ``--selector`` leave; None where nothing is asked.

    ``unmatched`` are sentences, with the name that was probably meant. Where nothing is asked, a selector
    of selectors.yml that is the default counts, as in dbt. ``given`` are the artifacts of another run, for
    the methods that need them.

    Raises:
        SelectionError: one of them cannot be read, or selectors.yml cannot.
    """
    origin = origin_of(ground)
    selectors = origin.selectors()
    if not (wanted or unwanted or selector or selectors.default):
        return None
    graph = origin.selectable()
    measured = next((path for path in reversed(given.sources) if path.is_file()), None)
    known = Comparison(origin, given.state, measured)
    found = select(graph, wanted, unwanted, selector=selector, selectors=selectors, known=known)
    return replace(found, unmatched=tuple(describe_unmatched(graph, text) for text in found.unmatched))
