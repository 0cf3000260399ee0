"""The parents that count for a state-aware build, and those that can never have new data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stateaware.rules.materialized import is_ephemeral
from stateaware.rules.once import once_per_project
from stateaware.rules.spans_of_time import listed
from stateaware.rules.windows import build_after

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

_HARMLESS: Final = frozenset({"config", "ref", "source", "is_incremental", "var", "env_var"})
"""Functions that bring in no relation and no change of their own."""

_CHANGING: Final = re.compile(r"run_started_at|invocation_id|modules\.|\bgraph\b|dbt_version|builtins")
"""What makes the code of a model differ between runs, or brings in relations that are not seen here."""

_MAX_DEPTH: Final = 50


def counting_parents(project: Project, model: ModelNode) -> tuple[tuple[str, ...], bool]:
    """The direct parents of a model, ephemeral ones replaced by theirs; and whether these are all.

    An ephemeral model has no build of its own, so what dbt watches are the parents behind it.
    """
    found: dict[str, None] = {}
    complete = _collect(project, model, found, {model.unique_id})
    return tuple(found), complete


def _collect(project: Project, model: ModelNode, found: dict[str, None], seen: set[str]) -> bool:
    links = project.parents.of(model)
    complete = links.complete
    for unique_id in links.nodes:
        parent = project.models.get(unique_id)
        ephemeral = False if parent is None else is_ephemeral(project, parent)
        if ephemeral is False or parent is None:
            found[unique_id] = None
        elif ephemeral is None or len(seen) >= _MAX_DEPTH:
            complete = False
        elif unique_id not in seen:
            seen.add(unique_id)
            complete = _collect(project, parent, found, seen) and complete
    return complete


@once_per_project
def _told(project: Project) -> dict[str, str]:
    return {}


def why_static(project: Project, unique_id: str, depth: int = 0) -> str:
    """Why a node can never have new data, as words that go on from its name; empty where it may have.

    Certain cases only: seeds, models that read nothing, and models that see only such ones. A source
    always may change: one that dbt cannot measure, or is told not to, counts as new in every run.
    """
    told = _told(project)
    if unique_id not in told:
        told[unique_id] = ""  # for a node that is met again below itself
        if depth < _MAX_DEPTH:
            told[unique_id] = _reason(project, unique_id, depth)
    return told[unique_id]


def _reason(project: Project, unique_id: str, depth: int) -> str:
    if unique_id.startswith("seed."):
        return "changes only when its file does"
    model = project.models.get(unique_id)
    if model is None or model.language == "python":
        return ""
    rules = build_after(model) or {}
    if rules.get("updates_on") == "all" and is_ephemeral(project, model) is False:
        parents, complete = counting_parents(project, model)
        static = [parent for parent in parents if why_static(project, parent, depth + 1)]
        if static and (len(parents) > 1 or not complete):
            return f"is held back itself by {listed(map(short, static))} (updates_on: all)"
    # of an ephemeral parent the same holds as of what it reads, so that it need not be told apart
    links = project.parents.of(model)
    if not links.complete or not all(why_static(project, parent, depth + 1) for parent in links.nodes):
        return ""
    if not _same_code(project, model):
        return ""
    if not links.nodes:
        return "reads no model and no source, so it is not built again until its code changes"
    return f"reads only {listed(map(short, links.nodes))}"


def _same_code(project: Project, model: ModelNode) -> bool:
    """Whether nothing in a model's code can make it differ from run to run, or read what is not seen."""
    names = {name.rsplit(".", 1)[-1] for name in model.facts.calls}
    text = project.text(model.file.file)
    return names <= _HARMLESS and text is not None and _CHANGING.search(text) is None


def short(unique_id: str) -> str:
    """How messages call a node: ``stg_orders``, ``raw.payments``, ``seed codes``."""
    kind, _, rest = unique_id.partition(".")
    name = rest.partition(".")[2]
    return name if kind in ("model", "source") else f"{kind} {name}"
