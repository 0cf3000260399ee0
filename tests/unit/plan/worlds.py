"""Random projects with state, for what must hold of every plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from stateaware.plan.decide import plan
from stateaware.plan.decision import Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import MEASUREMENTS, How, Version
from stateaware.plan.modes import GROWING, MODES, Options
from stateaware.plan.nodes import Node, StateConfig, Window
from stateaware.plan.state import Elsewhere, Fingerprint, Present, Record, State
from stateaware.records import replace

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
MODE_NAMES = tuple(MODES)
MATERIALIZED = ("table", "table", "view", "ephemeral", "custom", None, *sorted(GROWING))


@dataclass(frozen=True)
class World:
    """Everything that a plan is made from."""

    nodes: tuple[Node, ...]
    state: State
    present: Present
    options: Options
    selected: frozenset[str] | None = None

    def plan(self, at: datetime = NOW) -> Plan:
        return plan(
            Lineage(self.nodes), self.state, self.present, at=at, options=self.options, selected=self.selected
        )

    def outcomes(self, at: datetime = NOW) -> dict[str, str]:
        return {key: decision.outcome for key, decision in self.plan(at).decisions.items()}

    def waiting(self, waits: Any) -> World:
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


def windows() -> st.SearchStrategy[Window | None]:
    seconds = st.none() | st.sampled_from((-60, 0, 60, 3600, 86400, 10**12))
    known = st.builds(Window, seconds, st.sampled_from(("any", "all")))
    return st.none() | known | st.just(Window(None, unknown="Jinja"))


def ages() -> st.SearchStrategy[timedelta]:
    return st.integers(-7200, 40 * 86400).map(lambda seconds: timedelta(seconds=seconds))


CODES = st.sampled_from((None, "c1", "c2"))
FINGERPRINTS = st.builds(Fingerprint, CODES, st.none(), CODES, CODES, st.sampled_from(("", "other")))
CONFIGS = st.builds(
    StateConfig, windows(), st.sampled_from((None, "any", "all")), st.booleans(), st.booleans()
)


@st.composite
def graphs(draw: st.DrawFn, *, plain: bool = False) -> tuple[Node, ...]:
    """A few sources and a few nodes below them; ``plain`` has nothing that is built in every run."""
    nodes = [Node(f"source.p.s.t{number}", kind="source") for number in range(draw(st.integers(1, 3)))]
    for number in range(draw(st.integers(1, 6))):
        known = [node.unique_id for node in nodes] + ([] if plain else ["model.p.gone"])
        parents = draw(st.lists(st.sampled_from(known), max_size=3, unique=True))
        kind = draw(st.sampled_from(("model", "model", "model", "seed", "snapshot", "test", "unit_test")))
        materialized = [one for one in MATERIALIZED if one != "custom"] if plain else MATERIALIZED
        nodes.append(
            Node(
                f"{kind}.p.n{number}",
                kind=kind,
                parents=() if kind == "seed" else tuple(parents),
                materialized=draw(st.sampled_from(materialized)) if kind == "model" else kind,
                language="sql" if plain else draw(st.sampled_from(("sql", "sql", "sql", "python"))),
                enabled=plain or draw(st.integers(0, 9)) > 0,
                build_after=draw(windows()) if kind == "model" else None,
                state=draw(CONFIGS),
                selects_star=not plain and draw(st.booleans()),
            )
        )
    return tuple(nodes)


def options(**fixed: Any) -> st.SearchStrategy[Options]:
    return st.builds(
        Options,
        mode=st.sampled_from(MODE_NAMES),
        force=st.just(fixed["force"]) if "force" in fixed else st.booleans(),
        full_refresh=st.just(fixed["force"]) if "force" in fixed else st.booleans(),
        anchor=st.sampled_from(("completed", "started")),
        grace=st.sampled_from((0, 300)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any project in any state."""
    nodes = draw(graphs())
    ids = [node.unique_id for node in nodes]
    versions = st.sampled_from(("v1", "v2"))
    records = [
        Record(
            one,
            completed_at=NOW - draw(ages()),
            started_at=draw(st.none() | ages().map(lambda age: NOW - age)),
            status=draw(st.sampled_from(("success",) * 6 + ("error", "killed", "running"))),
            fingerprint=draw(FINGERPRINTS),
            upstream=draw(st.none() | st.dictionaries(st.sampled_from(ids), versions)),
            upstream_code=draw(
                st.dictionaries(st.sampled_from(ids), st.sampled_from(("c1", "c2")), max_size=2)
            ),
            own_version=draw(st.none() | versions),
        )
        for one in draw(st.lists(st.sampled_from(ids), unique=True))
    ]
    hows: Sequence[How] = ("metadata", "metadata", *(how for how in MEASUREMENTS if how != "planned"))
    present = Present(
        versions={
            one: Version(
                draw(st.none() | versions), draw(st.sampled_from(hows)), draw(st.none() | st.just(NOW))
            )
            for one in draw(st.lists(st.sampled_from(ids), unique=True))
        },
        code=draw(st.dictionaries(st.sampled_from(ids), FINGERPRINTS)),
        changed=frozenset(draw(st.lists(st.sampled_from(ids), max_size=1))),
        missing_relations=frozenset(draw(st.lists(st.sampled_from(ids), max_size=1))),
        failed=frozenset(draw(st.lists(st.sampled_from(ids), max_size=1))),
        elsewhere=draw(
            st.dictionaries(
                st.sampled_from(ids), st.builds(Elsewhere, st.just("c1"), st.booleans()), max_size=2
            )
        ),
    )
    selected = draw(st.none() | st.frozensets(st.sampled_from(ids)))
    return World(nodes, State(records, complete=draw(st.booleans())), present, draw(options()), selected)


@st.composite
def settled(draw: st.DrawFn) -> World:
    """A project whose every node has a good last build, of this code, from the data that is there now."""
    nodes = draw(graphs(plain=True))
    choice = draw(options(force=False))
    parents = Lineage(nodes).effective_parents(MODES[choice.mode].transparent)
    code = {node.unique_id: Fingerprint(f"code of {node.unique_id}") for node in nodes}
    versions = {node.unique_id: Version("v1", "metadata") for node in nodes if node.kind == "source"}
    records = [
        Record(
            node.unique_id,
            completed_at=NOW - timedelta(seconds=draw(st.integers(0, 29 * 86400))),
            fingerprint=code[node.unique_id],
            upstream=dict.fromkeys(parents[node.unique_id], "v1"),
            own_version="v1",
        )
        for node in nodes
        if node.kind != "source"
    ]
    return World(nodes, State(records), Present(versions, code), choice)
