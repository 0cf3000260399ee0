"""Looks for the longest windows with which data is still fresh enough: the fewest builds for a wanted age."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from stateaware.plan.lineage import Lineage
from stateaware.plan.nodes import NO_WINDOW, Node, StateConfig, Window
from stateaware.plan.words import span_words
from stateaware.records import dataclass, replace
from stateaware.simulate.results import NodeResult, Simulation

Key: TypeAlias = Literal["build_after", "lag_tolerance"]
Measure: TypeAlias = Literal["lag", "age"]
Simulate: TypeAlias = Callable[[Lineage], Simulation]

LADDER: Final = tuple(
    [minutes * 60 for minutes in (0, 5, 10, 15, 30, 45)]
    + [hours * 3600 for hours in (1, 2, 3, 4, 6, 8, 12, 18)]
    + [days * 86400 for days in (1, 2, 3, 7, 14, 30)]
)
"""The windows that are tried, in seconds."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to set for one node, and what is to be expected of it when all advice is taken.

    Args:
        unique_id: whose.
        wanted: seconds that its data may be behind, or old.
        met: whether it is, with this advice. Where it is not, no window makes it so: the jobs run too
            seldom, the sources load too seldom, or a parent that is not to be changed is too old.
        key: the setting.
        before: its value in seconds; None where none is set.
        after: the value to set; the same as before where nothing is to change.
        was: the node as things are.
        becomes: the node with all advice taken.
    """

    unique_id: str
    wanted: int
    met: bool
    key: Key
    before: int | None
    after: int | None
    was: NodeResult
    becomes: NodeResult

    @property
    def changes(self) -> bool:
        """Whether there is anything to set."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Advised:
    """The advice for each node, and the simulations without it and with all of it."""

    advice: tuple[Advice, ...]
    before: Simulation
    after: Simulation
    tried: int


def advise(
    lineage: Lineage,
    simulate: Simulate,
    wanted: Mapping[str, int],
    *,
    key: Key = "build_after",
    measure: Measure = "lag",
    also: Sequence[str] = (),
) -> Advised:
    """Look for the longest window of each node with which no node is behind more than is wanted.

    First every node gets no window, which is the freshest that the jobs allow; what is too old even then
    cannot be met. Then node by node the longest window of ``LADDER`` is looked for with which every node
    that could be met still is, and that saves builds: once parents first, since what a parent saves all
    below it save too, and once those first that take most time; the better of both is taken. It need not
    be the best of all. It takes some ten simulations a node.

    Nodes that have something wanted from them, and ``also``, are changed; all others stay as they are.

    Args:
        lineage: the nodes with what is in force for them.
        simulate: makes the simulation of a lineage, with everything else as it is.
        wanted: seconds by unique_id.
        key: the setting to look for.
        measure: ``lag`` is for how long data that has come is missing from a node's output, which windows
            can do something about; ``age`` how old the data in it is, which loads that come seldom make
            large by themselves.
        also: other nodes that may be changed, as those above.

    Raises:
        KeyError: a node is not there.
    """
    before = simulate(lineage)
    may = [one for one in dict.fromkeys((*wanted, *also)) if lineage.nodes[one].traits.has_window]
    freshest = simulate(_with(lineage, dict.fromkeys(may, 0), key))
    search = _Search(lineage, simulate, key, measure, wanted, freshest)
    cost = {one: freshest.nodes[one].seconds for one in may if one in freshest.nodes}
    parents_first = [one for one in lineage.order if one in cost]
    costly_first = sorted(parents_first, key=lambda one: -cost[one])
    orders = [parents_first] if costly_first == parents_first else [parents_first, costly_first]
    windows, best = min((search.go(order) for order in orders), key=lambda found: _cost(found[1]))
    windows = {**dict.fromkeys(may, 0), **windows}
    met, tried = search.met, search.tried + 2
    advice = tuple(
        Advice(
            one,
            wanted.get(one, 0),
            one in met or one not in wanted,
            key,
            _seconds(lineage.nodes[one], key),
            _after(_seconds(lineage.nodes[one], key), windows[one]),
            before.nodes[one],
            best.nodes[one],
        )
        for one in may
        if one in before.nodes
    )
    return Advised(advice, before, best, tried)


class _Search:
    def __init__(
        self,
        lineage: Lineage,
        simulate: Simulate,
        key: Key,
        measure: Measure,
        wanted: Mapping[str, int],
        freshest: Simulation,
    ) -> None:
        self.lineage, self.simulate, self.key, self.measure = lineage, simulate, key, measure
        self.wanted, self.freshest = wanted, freshest
        self.met = {one for one, most in wanted.items() if _worst(freshest, one, measure) <= most}
        self.tried = 0

    def go(self, order: Sequence[str]) -> tuple[dict[str, int], Simulation]:
        """The longest window of one node after another, and what comes of all."""
        windows, best = dict.fromkeys(order, 0), self.freshest
        for unique_id in order:
            low, high = 0, len(LADDER) - 1
            while low < high:
                middle = (low + high + 1) // 2
                found = self._try({**windows, unique_id: LADDER[middle]})
                if all(_worst(found, one, self.measure) <= self.wanted[one] for one in self.met):
                    low = middle
                    if _cost(found) < _cost(best):
                        best, windows[unique_id] = found, LADDER[middle]
                else:
                    high = middle - 1
        return windows, best

    def _try(self, windows: Mapping[str, int]) -> Simulation:
        self.tried += 1
        return self.simulate(_with(self.lineage, windows, self.key))


def _worst(simulation: Simulation, unique_id: str, measure: Measure) -> float:
    node = simulation.nodes.get(unique_id)
    if node is None or node.age is None:
        return 0.0
    return node.age.worst_lag if measure == "lag" else node.age.worst_age


def _cost(simulation: Simulation) -> tuple[int, float]:
    totals = simulation.totals
    return totals.builds, totals.seconds


def _seconds(node: Node, key: Key) -> int | None:
    window = node.build_after if key == "build_after" else node.state.lag_tolerance
    return None if window is None else window.seconds


def _after(before: int | None, seconds: int) -> int | None:
    return None if before is None and not seconds else seconds


def _with(lineage: Lineage, windows: Mapping[str, int], key: Key) -> Lineage:
    return Lineage(
        _set(node, windows[one], key) if one in windows else node for one, node in lineage.nodes.items()
    )


def _set(node: Node, seconds: int, key: Key) -> Node:
    words = span_words(seconds)
    if key == "lag_tolerance":
        return replace(node, state=_tolerance(node.state, seconds, words))
    waits = (node.build_after or NO_WINDOW).waits
    return replace(node, build_after=Window(seconds, waits, words=words))


def _tolerance(state: StateConfig, seconds: int, words: str) -> StateConfig:
    return replace(state, lag_tolerance=Window(seconds, words=words, key="lag_tolerance"))
