"""What a change of a project alters: the values in force, and what a plan decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Final

from stateaware.config.layers import Effective
from stateaware.config.reader import FRESHNESS
from stateaware.fingerprint.compare import differs
from stateaware.fingerprint.project import code_by_id, project_code
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.plan.decision import Decision, Plan
from stateaware.plan.settings import read_build_after
from stateaware.records import dataclass
from stateaware.report.node_list import effective_of, kind_of, values_in_force
from stateaware.workspace import Project

DAY: Final = 86400


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One key of one node with another value in force.

    ``before`` and ``after`` are the values in words, ``was_from`` and ``is_from`` the places that set
    them (``models/_marts.yml:12``), empty where nothing is set.
    """

    unique_id: str
    kind: str
    key: str
    before: str
    after: str
    was_from: str = ""
    is_from: str = ""


@dataclass(frozen=True, slots=True)
class DecisionChange:
    """A node for which something else would happen."""

    unique_id: str
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class Difference:
    """What is another between two states of a project.

    Args:
        values: values in force that changed, by key and node.
        added: nodes that were not there.
        removed: nodes that are not there any more.
        recoded: models whose code differs.
        decisions: other decisions, from the same state at the same moment.
        builds: the most builds a day that the windows allow, before and after.
        every: between two runs, for ``builds``.
    """

    values: tuple[ValueChange, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    recoded: tuple[str, ...]
    decisions: tuple[DecisionChange, ...]
    builds: tuple[float, float]
    every: timedelta


def difference(
    before: Project, after: Project, plans: tuple[Plan, Plan], recoded: tuple[str, ...], every: timedelta
) -> Difference:
    """Compare two states of a project, and what was planned for each.

    Args:
        before: the project as it was.
        after: the project as it is.
        plans: the plan for each, made from the same state for the same moment.
        recoded: models of both whose code differs.
        every: between two runs, to count the builds of a day.
    """
    old, new = before.nodes, after.nodes
    values = [
        change
        for unique_id in sorted(old.keys() & new.keys())
        for change in _values(old[unique_id], new[unique_id])
    ]
    decisions = [
        DecisionChange(unique_id, was, now)
        for unique_id, now in plans[1].decisions.items()
        if (was := plans[0].decisions.get(unique_id)) is not None and was.outcome != now.outcome
    ]
    return Difference(
        tuple(sorted(values, key=lambda change: (change.key, change.before, change.after))),
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        recoded,
        tuple(decisions),
        (most_builds(before, every), most_builds(after, every)),
        every,
    )


def _values(old: ModelNode | SourceNode, new: ModelNode | SourceNode) -> list[ValueChange]:
    was = {one.key: one.text for one in values_in_force(old)}
    found = []
    for one in values_in_force(new):
        before = was.get(one.key, "not set")
        if before != one.text:
            found.append(
                ValueChange(
                    new.unique_id,
                    kind_of(new),
                    one.key,
                    before,
                    one.text,
                    _where(effective_of(old), one.key),
                    _where(effective_of(new), one.key),
                )
            )
    return found


def _where(effective: Mapping[str, Effective], key: str) -> str:
    winner = effective[key].winner if key in effective else None
    return "" if winner is None else f"{winner.file}:{winner.key.span.line}"


def most_builds(project: Project, every: timedelta) -> float:
    """The most builds of all models in a day: a run ``every`` so often, and always new data everywhere.

    A model is built by the first run after its window has passed; builds take no time here.
    """
    step = every.total_seconds()
    total = 0.0
    for model in project.models.values():
        effective = model.effective.get(FRESHNESS)
        value = None if effective is None or effective.unknown is not None else effective.value
        window = read_build_after(value, "")
        seconds = 0 if window is None or window.seconds is None else window.seconds
        total += DAY / (max(1, ceil(seconds / step)) * step)
    return total


def recoded_models(before: Project, after: Project) -> tuple[str, ...]:
    """Models of both whose code differs, or that of macros which they use; comments do not count."""
    was, adapter = code_by_id(before), after.adapter or ""
    return tuple(
        now.unique_id
        for now in project_code(after)
        if now.unique_id in after.models
        and now.unique_id in was
        and differs(was[now.unique_id], now, adapter)
    )
