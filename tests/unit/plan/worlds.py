"""Random projects with state, for what must hold of every plan.

A world is made from one number: drawing each part of it by itself takes hypothesis a hundred times as
long. To look at one that fails, make it again: ``World.of(number)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from stateaware.plan.decide import plan
from stateaware.plan.decision import Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import MEASUREMENTS, How, Version
from stateaware.plan.modes import GROWING, MODES, Options
from stateaware.plan.nodes import Node, StateConfig, Waits, Window
from stateaware.plan.state import Elsewhere, Fingerprint, Present, Record, State
from stateaware.records import replace

T = TypeVar("T")
NOW = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
MOMENTS = (0, 30, 60, 300, 1800, 3600, 7200, 86400, 2 * 86400, 29 * 86400, 31 * 86400)
"""Seconds around the lengths of the windows, and around the expiry of state."""
LENGTHS = (None, -60, 0, 60, 3600, 86400, 10**12)
MATERIALIZED = ("table", "table", "view", "ephemeral", None, *sorted(GROWING))
HOWS: Sequence[How] = tuple(how for how in MEASUREMENTS if how != "planned")


@dataclass(frozen=True)
class World:
    """Everything that a plan is made from."""

    nodes: tuple[Node, ...]
    state: State
    present: Present
    options: Options
    selected: frozenset[str] | None = None

    @staticmethod
    def of(number: int) -> World:
        """Any project in any state."""
        return _Maker(number).world()

    @staticmethod
    def settled(number: int) -> World:
        """A project whose every node has a good last build, of this code, from the data of now."""
        return _Maker(number).settled()

    def plan(self, at: datetime = NOW) -> Plan:
        return plan(
            Lineage(self.nodes), self.state, self.present, at=at, options=self.options, selected=self.selected
        )

    def outcomes(self, at: datetime = NOW) -> dict[str, str]:
        return {key: decision.outcome for key, decision in self.plan(at).decisions.items()}

    def waiting(self, waits: Waits) -> World:
        """The same with ``updates_on`` set to one word for all models."""
        nodes = tuple(
            replace(
                node,
                build_after=replace(node.build_after or Window(), waits=waits),
                state=replace(node.state, waits=waits),
            )
            for node in self.nodes
        )
        return changed(self, nodes=nodes)


worlds: st.SearchStrategy[World] = st.integers(0, 2**32).map(World.of)
settled: st.SearchStrategy[World] = st.integers(0, 2**32).map(World.settled)


class _Maker:
    def __init__(self, number: int) -> None:
        self.random = Random(number)  # noqa: S311 - nothing secret

    def seldom(self, *others: T, usual: T) -> T:
        """The usual value nine times of ten, so that what decides late is reached too."""
        return usual if self.random.random() < 0.9 else self.random.choice(others)

    def pick(self, *values: T) -> T:
        return self.random.choice(values)

    def some(self, values: Sequence[str], most: int = 1) -> list[str]:
        return self.random.sample(values, self.random.randint(0, min(most, len(values))))

    def window(self) -> Window | None:
        own = Window(self.pick(*LENGTHS), self.pick("any", "all"))
        return self.pick(None, own, own, self.seldom(Window(None, unknown="Jinja"), usual=own))

    def fingerprint(self) -> Fingerprint:
        codes = [self.seldom(None, "c2", usual="c1") for _ in range(3)]
        return Fingerprint(codes[0], None, codes[1], codes[2], self.seldom("other", usual=""))

    def graph(self, *, plain: bool = False) -> tuple[Node, ...]:
        """A few sources and nodes below them; ``plain`` has nothing that is built in every run."""
        nodes = [Node(f"source.p.s.t{number}", kind="source") for number in range(self.pick(1, 2, 3))]
        for number in range(self.pick(1, 2, 3, 4, 5, 6)):
            known = [node.unique_id for node in nodes]
            if not plain and self.seldom(True, usual=False):
                known.append("model.p.gone")
            kind = self.pick("model", "model", "model", "seed", "snapshot", "test", "unit_test")
            odd = not plain and self.seldom(True, usual=False)
            materialized = "custom" if odd else self.pick(*MATERIALIZED)
            nodes.append(
                Node(
                    f"{kind}.p.n{number}",
                    kind=kind,
                    parents=() if kind == "seed" else tuple(self.some(known, 3)),
                    materialized=materialized if kind == "model" else kind,
                    language="sql" if plain else self.seldom("python", usual="sql"),
                    enabled=plain or self.seldom(False, usual=True),
                    build_after=self.window() if kind == "model" else None,
                    state=StateConfig(self.window(), self.pick(None, "any", "all"), self.pick(True, False)),
                    selects_star=not plain and self.seldom(True, usual=False),
                )
            )
        return tuple(nodes)

    def options(self, *, calm: bool = False) -> Options:
        return Options(
            mode=self.pick("recommended", "sao", "state"),
            force=not calm and self.seldom(True, usual=False),
            full_refresh=not calm and self.seldom(True, usual=False),
            anchor=self.pick("completed", "started"),
            grace=self.pick(0, 300),
        )

    def record(self, unique_id: str, ids: list[str]) -> Record:
        ago = timedelta(seconds=self.pick(-3600, *MOMENTS))
        known: list[dict[str, str] | None] = [None, {}]
        return Record(
            unique_id,
            completed_at=NOW - ago,
            started_at=self.pick(None, NOW - ago - timedelta(seconds=60)),
            status=self.seldom("error", "killed", "running", usual="success"),
            fingerprint=self.fingerprint(),
            upstream=self.seldom(*known, usual={one: self.pick("v1", "v2") for one in ids}),
            upstream_code=self.pick({}, {one: self.seldom("c2", usual="c1") for one in ids}),
            own_version=self.seldom(None, usual=self.pick("v1", "v2")),
        )

    def world(self) -> World:
        nodes = self.graph()
        ids = [node.unique_id for node in nodes]
        keep = [one for one in ids if self.seldom(False, usual=True)]
        present = Present(
            versions={
                one: Version(
                    self.pick("v1", "v2"), self.seldom(*HOWS, usual="metadata"), self.pick(None, NOW)
                )
                for one in keep
            },
            code={one: self.fingerprint() for one in ids if self.seldom(False, usual=True)},
            changed=frozenset(self.seldom(self.some(ids), usual=[])),
            missing_relations=frozenset(self.seldom(self.some(ids), usual=[])),
            failed=frozenset(self.seldom(self.some(ids), usual=[])),
            elsewhere={one: Elsewhere("c1", self.pick(True, False)) for one in self.some(ids)},
        )
        records = [
            self.record(one, ids) for one in ids if self.seldom(False, usual=not one.startswith("source."))
        ]
        selected = self.seldom(frozenset(self.some(ids, 6)), usual=None)
        return World(
            nodes, State(records, complete=self.pick(True, False)), present, self.options(), selected
        )

    def settled(self) -> World:
        nodes, options = self.graph(plain=True), self.options(calm=True)
        parents = Lineage(nodes).effective_parents(MODES[options.mode].transparent)
        code = {node.unique_id: Fingerprint(f"code of {node.unique_id}") for node in nodes}
        versions = {node.unique_id: Version("v1", "metadata") for node in nodes if node.kind == "source"}
        records = [
            Record(
                node.unique_id,
                completed_at=NOW - timedelta(seconds=self.random.randrange(29 * 86400)),
                fingerprint=code[node.unique_id],
                upstream=dict.fromkeys(parents[node.unique_id], "v1"),
                own_version="v1",
            )
            for node in nodes
            if node.kind != "source"
        ]
        return World(nodes, State(records), Present(versions, code), options)


def reasons_reached(numbers: range) -> dict[str, int]:
    """How often each reason comes up in worlds: that the properties are about something."""
    found: dict[str, int] = {}
    for number in numbers:
        for decision in World.of(number).plan().decisions.values():
            found[decision.reason] = found.get(decision.reason, 0) + 1
    return found
