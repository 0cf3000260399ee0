"""Why data cannot be as fresh as is wanted, whatever the windows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from stateaware.plan.lineage import Lineage
from stateaware.plan.nodes import Node
from stateaware.plan.words import named, span_words
from stateaware.simulate.advise import Advice, Advised, Key, Want
from stateaware.simulate.results import Simulation


def why_unmet(advised: Advised, lineage: Lineage) -> Mapping[str, str]:
    """For each node of which more is wanted than can be, the first cause that there is, as a clause."""
    may = {one.unique_id for one in advised.advice}
    return {one.unique_id: _why(one, advised.freshest, lineage, may) for one in advised.unmet}


def at_best(advised: Advised, unique_id: str, want: Want) -> str:
    """How fresh a node is without any window, in words; empty where nothing can be told."""
    node = advised.freshest.nodes.get(unique_id)
    if node is None or node.age is None:
        return ""
    parts = []
    if want.lag is not None:
        parts.append(f"lag {span_words(node.age.worst_lag)}")
    if want.age is not None:
        parts.append(f"age {span_words(node.age.worst_age)}")
    return ", ".join(parts)


def _why(advice: Advice, freshest: Simulation, lineage: Lineage, may: Collection[str]) -> str:
    node, want = freshest.nodes.get(advice.unique_id), advice.want or Want()
    if node is None:
        return "no run builds it"
    limits = [seconds for seconds in (want.lag, want.age) if seconds is not None]
    gap = _longest([event.at for event in freshest.events(advice.unique_id)])
    if limits and gap >= min(limits):
        return f"its runs come up to {span_words(gap)} apart"
    if node.reused.get("NOT_ALL_UPSTREAMS_NEW"):
        return "it waits until all its parents have new data: updates_on is all"
    above = _above(advice.unique_id, lineage)
    kept = [one for one in above if one not in may and lineage.nodes[one].traits.has_window]
    held = max(kept, key=lambda one: _window(lineage.nodes[one], advice.key), default="")
    if held and (waits := _window(lineage.nodes[held], advice.key)):
        return (
            f"{named(held)} above it waits {span_words(waits)} itself, and may not be changed without --also"
        )
    for one in kept:
        if freshest.nodes.get(one) is None and _is_built(lineage.nodes[one]):
            return f"no run builds {named(one)} above it"
    if want.age is not None:
        sources = [one for one in above if lineage.nodes[one].kind in ("source", "external")]
        slowest = max(sources, key=lambda one: _gap(freshest, one), default="")
        if slowest and _gap(freshest, slowest) >= want.age:
            return f"{named(slowest)} loads up to {span_words(_gap(freshest, slowest))} apart"
    return f"builds take too long, up to {span_words(_slowest(freshest))} for a run"


def _above(unique_id: str, lineage: Lineage) -> list[str]:
    """All nodes above one, the nearest first."""
    found: dict[str, None] = {}
    left = [*lineage.nodes[unique_id].parents]
    for one in left:  # grows while it is walked
        if one not in found and one in lineage.nodes:
            found[one] = None
            left += lineage.nodes[one].parents
    return list(found)


def _window(node: Node, key: Key) -> int:
    window = node.build_after if key == "build_after" else node.state.lag_tolerance
    return 0 if window is None else window.seconds or 0


def _is_built(node: Node) -> bool:
    return node.enabled and node.materialized not in ("ephemeral", "inline")


def _gap(found: Simulation, source: str) -> float:
    return _longest(found.loads.get(source, ()))


def _longest(moments: Sequence[datetime]) -> float:
    """The longest time between one moment and the next, in seconds."""
    return max(
        ((after - before).total_seconds() for before, after in pairwise(moments)),
        default=0.0,
    )


def _slowest(found: Simulation) -> float:
    return max(((run.end - run.at).total_seconds() for run in found.runs), default=0.0)
