"""A small project as a plan sees it, and the shortest way to ask about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from stateaware.plan.decide import plan
from stateaware.plan.decision import Decision, Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import How, Version
from stateaware.plan.modes import Options
from stateaware.plan.nodes import Node, Window
from stateaware.plan.state import Fingerprint, Present, Record, State

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)
RAW = "source.shop.raw.orders"
STG = "model.shop.stg_orders"
FCT = "model.shop.fct_orders"
C1 = Fingerprint("c1")


def hours(count: int, waits: Any = "any") -> Window:
    return Window(count * 3600, waits, words=f"{count} hours" if count != 1 else "1 hour")


def model(unique_id: str, *parents: str, **values: Any) -> Node:
    return Node(unique_id, parents=parents, **values)


def source(unique_id: str = RAW) -> Node:
    return Node(unique_id, kind="source")


def built(unique_id: str, ago: float, read: Mapping[str, str] | None = None, **values: Any) -> Record:
    """A good build that ended some hours before now; its version is ``NAME at first``."""
    values = {"fingerprint": C1, "own_version": f"{unique_id} at first", **values}
    return Record(unique_id, NOW - timedelta(hours=ago), upstream=dict(read or {}), **values)


def at_first(*parents: str) -> dict[str, str]:
    return {parent: f"{parent} at first" for parent in parents}


def seen(*, code: Iterable[str] = (STG, FCT), how: How = "loaded_at_field", **values: Any) -> Present:
    """What is seen: ``raw.orders`` as it was at first, and the same code."""
    versions = {RAW: Version(f"{RAW} at first", how), **values.pop("versions", {})}
    return Present(versions=versions, code=dict.fromkeys(code, C1), **values)


def newer(unique_id: str = RAW) -> dict[str, Version]:
    return {unique_id: Version(f"{unique_id} later", "loaded_at_field")}


def make_plan(
    nodes: Iterable[Node], records: Iterable[Record] | State, present: Present, **options: Any
) -> Plan:
    at = options.pop("at", NOW)
    selected = options.pop("selected", None)
    state = records if isinstance(records, State) else State(records)
    return plan(Lineage(nodes), state, present, at=at, options=Options(**options), selected=selected)


def decide(
    nodes: Iterable[Node], records: Iterable[Record] | State, present: Present, **options: Any
) -> dict[str, Decision]:
    return dict(make_plan(nodes, records, present, **options).decisions)


def told(decisions: Mapping[str, Decision]) -> dict[str, tuple[str, str]]:
    """Outcome and sentence by the node's name."""
    return {key.rpartition(".")[2]: (one.outcome, one.text) for key, one in decisions.items()}
