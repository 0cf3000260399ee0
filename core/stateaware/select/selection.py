"""Selecting: the entry point of this package."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as AnyMapping

from stateaware.records import dataclass
from stateaware.select.criterion import Indirect, Spec, parse_arguments
from stateaware.select.evaluate import Evaluation
from stateaware.select.selectable import Selectable
from stateaware.select.selectors import Selectors


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected.

    ``unmatched`` are the parts of ``select`` and ``exclude`` that match nothing, as they were written:
    dbt warns of each and goes on.
    """

    unique_ids: frozenset[str]
    unmatched: tuple[str, ...] = ()


def select(
    graph: Selectable,
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
    *,
    selector: str = "",
    selectors: Selectors | None = None,
    indirect: Indirect = "eager",
    resource_types: Collection[str] | None = None,
    known: AnyMapping[str, Collection[str]] | None = None,
    include_empty: bool = True,
) -> Selection:
    """Select as dbt Core does.

    Args:
        graph: all that there is.
        select: values of ``--select``; a value may hold several criteria with spaces between. None
            selects all, or what ``default: true`` of selectors.yml says where nothing is excluded either.
        exclude: values of ``--exclude``.
        selector: the value of ``--selector``; ``select`` and ``exclude`` do not count then.
        selectors: those of selectors.yml.
        indirect: which tests come along with what is selected.
        resource_types: only these are given back; None gives all.
        known: unique_ids that artifacts give, for the methods that need them, by criterion:
            ``{"state:modified": {…}, "result:error": {…}}``.
        include_empty: also models without code, which ``dbt ls`` lists and ``dbt build`` leaves out.

    Raises:
        SelectionError: a criterion cannot be read or answered, or there is no such selector.
    """
    evaluation = Evaluation(graph, indirect, {} if known is None else known)
    found = evaluation.run(_spec(tuple(select), tuple(exclude), selector, selectors or Selectors()))
    resources = graph.resources
    unique_ids = frozenset(
        key
        for key in found
        if (resource_types is None or resources[key].resource_type in resource_types)
        and (include_empty or not resources[key].empty)
    )
    return Selection(unique_ids, tuple(evaluation.unmatched))


def _spec(select: tuple[str, ...], exclude: tuple[str, ...], selector: str, selectors: Selectors) -> Spec:
    if selector:
        return selectors.named(selector)
    if not select and not exclude and selectors.default:
        return selectors.specs[selectors.default]
    return parse_arguments(select, exclude, selectors.specs)
