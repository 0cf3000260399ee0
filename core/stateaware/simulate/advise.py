"""Looks for the longest windows with which data is still fresh enough: the fewest builds for a wanted age."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from stateaware.plan.lineage import Lineage
from stateaware.plan.nodes import NO_WINDOW, Node, StateConfig, Window
from stateaware.plan.words import span_words
from stateaware.records import cached_property, dataclass, replace
from stateaware.simulate.results import NodeResult, Simulation

Key: TypeAlias = Literal["build_after", "lag_tolerance"]
Simulate: TypeAlias = Callable[[Lineage], Simulation]

LADDER: Final = tuple(
    [minutes * 60 for minutes in (0, 5, 10, 15, 30, 45)]
    + [hours * 3600 for hours in (1, 2, 3, 4, 6, 8, 12, 18)]
    + [days * 86400 for days in (1, 2, 3, 7, 14, 30)]
)
"""The windows that are tried, in seconds."""
_SLACK: Final = 1.1
"""Of what cannot be met: how much staler it may be than without any window."""


@dataclass(frozen=True, slots=True)
class Want:
    """What is wanted of a node's data, in seconds; None where nothing is.

    ``lag`` is for how long data that has come may be missing from it, which windows can do something about;
    ``age`` how old the data in it may be, which loads that come seldom make large by themselves.
    """

    lag: int | None = None
    age: int | None = None

    @property
    def longest(self) -> int:
        """The longest window that can meet it, as new data can come right after a build."""
        return min(seconds for seconds in (self.lag, self.age, LADDER[-1]) if seconds is not None)

    def met_by(self, node: NodeResult | None) -> bool:
        """Whether a node is fresh enough; one that has no data of its own is, one that never runs is not."""
        if node is None:
            return False
        age = node.age
        if age is None:
            return True
        return (self.lag is None or age.worst_lag <= self.lag) and (
            self.age is None or age.worst_age <= self.age
        )


@dataclass(frozen=True, slots=True)
class Advice:
    """What to set for one node, and what is to be expected of it when all advice is taken.

    Args:
        unique_id: whose.
        want: what is wanted of it; None of one that may be changed for the others' sake.
        met: whether that is met, with this advice. Where it is not, no window makes it so.
        key: the setting.
        before: its value in seconds; None where none is set.
        after: the value to set; the same as before where nothing is to change.
        was: the node as things are; None where no run has it.
        becomes: the node with all advice taken.
    """

    unique_id: str
    want: Want | None
    met: bool
    key: Key
    before: int | None
    after: int | None
    was: NodeResult | None
    becomes: NodeResult | None

    @property
    def changes(self) -> bool:
        """Whether there is anything to set."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Advised:
    """The advice for each node, and the simulations behind it.

    Args:
        advice: parents before children.
        before: as things are.
        after: with all advice taken.
        freshest: without any window on the nodes that may be changed.
        tried: how many simulations it took.
    """

    advice: tuple[Advice, ...]
    before: Simulation
    after: Simulation
    freshest: Simulation
    tried: int

    @property
    def unmet(self) -> tuple[Advice, ...]:
        """Those of which more is wanted than any window can give."""
        return tuple(one for one in self.advice if not one.met)

    @property
    def changes(self) -> tuple[Advice, ...]:
        """Those for which there is something to set."""
        return tuple(one for one in self.advice if one.changes)


def advise(
    lineage: Lineage,
    simulate: Simulate,
    wanted: Mapping[str, Want],
    *,
    key: Key = "build_after",
    also: Iterable[str] = (),
    together: Mapping[str, str] | None = None,
    patience: int = 100,
) -> Advised:
    """Look for the longest windows with which no node is behind, or old, more than is wanted.

    First every node gets no window, which is the freshest that the jobs allow; what is too old even then
    cannot be met, and is to stay about as fresh as that. Then the longest windows of ``LADDER`` are looked
    for with which all others are met: once those of parents first, since what a parent saves all below it
    save too, and once those of children first; the better of both is taken. Nodes that do not read each
    other are tried in the same simulation. Then one after another is lengthened while that saves builds and
    ``patience`` lasts. A node keeps what it has where nothing else saves a build. The result need not be the
    best of all.

    Nodes that have something wanted from them, and ``also``, are changed; all others stay as they are.

    Args:
        lineage: the nodes with what is in force for them.
        simulate: makes the simulation of a lineage, with everything else as it is.
        wanted: by unique_id.
        key: the setting to look for.
        also: other nodes that may be changed, as those above.
        together: nodes with the same word here, of which the same is wanted, get the same value.
        patience: after so many simulations nothing is lengthened any more.

    Raises:
        KeyError: a node is not there.
    """
    may = {one for one in (*wanted, *also) if lineage.nodes[one].traits.has_window}
    before = simulate(lineage)
    groups = _groups([one for one in lineage.order if one in may], wanted, together or {})
    search = _Search(lineage, simulate, key, wanted, groups, patience)
    windows, best = search.best()
    if not search.broken(before) and _cost(before) <= _cost(best):
        windows, best = dict.fromkeys(range(len(groups)), None), before
    set_to = {one: windows[number] for number, group in enumerate(groups) for one in group.nodes}
    advice = []
    for one in (one for one in lineage.order if one in set_to or one in wanted):
        was = _seconds(lineage.nodes[one], key)
        found = set_to.get(one)
        after = was if found is None or not (found or was) else found
        met = one not in wanted or one in search.met
        advice.append(
            Advice(one, wanted.get(one), met, key, was, after, before.nodes.get(one), best.nodes.get(one))
        )
    return Advised(tuple(advice), before, best, search.freshest, search.tried + 1)


@dataclass(frozen=True, slots=True)
class _Group:
    """Nodes that get one window, of these lengths at most."""

    nodes: tuple[str, ...]
    rungs: tuple[int, ...]


def _groups(
    order: Sequence[str], wanted: Mapping[str, Want], together: Mapping[str, str]
) -> Sequence[_Group]:
    found: dict[tuple[str, Want | None], list[str]] = {}
    for one in order:
        found.setdefault((together.get(one, one), wanted.get(one)), []).append(one)
    most = max((want.longest for want in wanted.values()), default=0)
    return [
        _Group(tuple(nodes), tuple(rung for rung in LADDER if rung <= (want.longest if want else most)))
        for (_, want), nodes in found.items()
    ]


_Windows: TypeAlias = "dict[int, int | None]"
"""By the number of a group; None leaves its nodes as they are."""


class _Search:
    def __init__(
        self,
        lineage: Lineage,
        simulate: Simulate,
        key: Key,
        wanted: Mapping[str, Want],
        groups: Sequence[_Group],
        patience: int,
    ) -> None:
        self.lineage, self.simulate, self.key = lineage, simulate, key
        self.wanted, self.groups, self.patience = wanted, groups, patience
        self.tried = 0
        self.home = {one: number for number, group in enumerate(groups) for one in group.nodes}
        self.freshest = self._try(dict.fromkeys(range(len(groups)), 0))
        self.met = {one for one, want in wanted.items() if want.met_by(self.freshest.nodes.get(one))}
        self.limits = {one: want if one in self.met else self._least(one) for one, want in wanted.items()}

    def _least(self, one: str) -> Want:
        """Nearly as fresh as a node can be."""
        node, want = self.freshest.nodes.get(one), self.wanted[one]
        if node is None or node.age is None:
            return Want()
        return Want(
            None if want.lag is None else int(max(want.lag, node.age.worst_lag * _SLACK)),
            None if want.age is None else int(max(want.age, node.age.worst_age * _SLACK)),
        )

    def best(self) -> tuple[_Windows, Simulation]:
        """The windows that save most, and what comes of them."""
        levels = self._levels()
        orders = [levels, levels[::-1]] if len(levels) > 1 else [levels]
        windows, best = min((self._go(order) for order in orders), key=lambda found: _cost(found[1]))
        windows, best = self._lengthen(windows, best)
        return self._leave(windows, best)

    def broken(self, found: Simulation) -> list[str]:
        """The nodes that are not as fresh in a simulation as they can be of what is wanted."""
        return [
            one
            for one, want in self.limits.items()
            if one in self.freshest.nodes and not want.met_by(found.nodes.get(one))
        ]

    @cached_property
    def _above(self) -> Mapping[str, frozenset[int]]:
        """The groups that each node is in or below."""
        found: dict[str, frozenset[int]] = {}
        for one in self.lineage.order:
            parents = (found.get(parent, frozenset()) for parent in self.lineage.nodes[one].parents)
            own = frozenset((self.home[one],)) if one in self.home else frozenset()
            found[one] = own.union(*parents)
        return found

    def _levels(self) -> list[list[int]]:
        """The groups, those first that read none of the others."""
        depth: dict[str, int] = {}
        levels: dict[int, int] = {}
        for one in self.lineage.order:
            depth[one] = max((depth.get(parent, 0) for parent in self.lineage.nodes[one].parents), default=0)
            if one in self.home:
                levels.setdefault(self.home[one], depth[one])
                depth[one] += 1
        return [
            [number for number, level in levels.items() if level == wanted]
            for wanted in sorted(set(levels.values()))
        ]

    def _go(self, levels: Sequence[Sequence[int]]) -> tuple[_Windows, Simulation]:
        """The longest windows of one level after another."""
        rungs = dict.fromkeys(range(len(self.groups)), 0)
        best = self.freshest
        for level in levels:
            low = dict.fromkeys(level, 0)
            high = {number: len(self.groups[number].rungs) - 1 for number in level}
            while open_ := [number for number in level if low[number] < high[number]]:
                middle = {number: (low[number] + high[number] + 1) // 2 for number in level}
                broken = self.broken(self._try(self._at({**rungs, **middle})))
                blamed = frozenset[int]().union(*(self._above[one] for one in broken))
                if broken and blamed.isdisjoint(open_):
                    break  # what is settled does not go together; that is mended below
                for number in open_:
                    if number in blamed:
                        high[number] = middle[number] - 1
                    else:
                        low[number] = middle[number]
            rungs, best = self._mend({**rungs, **low})
        return self._at(rungs), best

    def _mend(self, rungs: dict[int, int]) -> tuple[dict[int, int], Simulation]:
        """Shorten windows until everything is met that can be."""
        while True:
            found = self._try(self._at(rungs))
            broken = self.broken(found)
            if not broken:
                return rungs, found
            blamed = frozenset[int]().union(*(self._above[one] for one in broken))
            some = [number for number in blamed if rungs[number]]
            rungs = {
                number: rung // 2 if number in some or not some else rung for number, rung in rungs.items()
            }

    def _lengthen(self, windows: _Windows, best: Simulation) -> tuple[_Windows, Simulation]:
        """Try one group after another a step longer, those first that take most time."""
        cost = {number: self._seconds_of(best, number) for number in windows}
        for number in sorted(windows, key=lambda one: -cost[one]):
            rungs = self.groups[number].rungs
            for rung in rungs[rungs.index(windows[number] or 0) + 1 :]:
                if self.tried >= self.patience:
                    return windows, best
                found = self._try({**windows, number: rung})
                if self.broken(found) or _cost(found) >= _cost(best):
                    break
                windows, best = {**windows, number: rung}, found
        return windows, best

    def _leave(self, windows: _Windows, best: Simulation) -> tuple[_Windows, Simulation]:
        """Leave as they are the groups of which a window saves nothing."""
        idle = [
            number
            for number, group in enumerate(self.groups)
            if all(_builds(best, one) >= _builds(self.freshest, one) for one in group.nodes)
        ]
        for some in [idle, *([number] for number in idle)] if idle else []:
            changed: _Windows = {**windows, **dict.fromkeys(some)}
            if changed == windows or (len(some) == 1 and self.tried >= self.patience):
                continue
            found = self._try(changed)
            if not self.broken(found) and _cost(found) <= _cost(best):
                windows, best = changed, found
        return windows, best

    def _at(self, rungs: Mapping[int, int]) -> _Windows:
        return {number: self.groups[number].rungs[rung] for number, rung in rungs.items()}

    def _seconds_of(self, found: Simulation, number: int) -> float:
        nodes = (found.nodes.get(one) for one in self.groups[number].nodes)
        return sum(node.seconds for node in nodes if node is not None)

    def _try(self, windows: _Windows) -> Simulation:
        self.tried += 1
        seconds = {one: windows[number] for one, number in self.home.items()}
        return self.simulate(with_windows(self.lineage, seconds, self.key))


def with_windows(lineage: Lineage, windows: Mapping[str, int | None], key: Key) -> Lineage:
    """The lineage with other windows, in seconds by unique_id; None leaves a node as it is."""
    nodes = []
    for one, node in lineage.nodes.items():
        seconds = windows.get(one)
        nodes.append(node if seconds is None else _set(node, seconds, key))
    return Lineage(nodes)


def _builds(found: Simulation, one: str) -> int:
    node = found.nodes.get(one)
    return 0 if node is None else node.builds


def _cost(simulation: Simulation) -> tuple[int, float]:
    totals = simulation.totals
    return totals.builds, totals.seconds


def _seconds(node: Node, key: Key) -> int | None:
    window = node.build_after if key == "build_after" else node.state.lag_tolerance
    return None if window is None else window.seconds


def _set(node: Node, seconds: int, key: Key) -> Node:
    words = span_words(seconds)
    if key == "lag_tolerance":
        return replace(node, state=_tolerance(node.state, seconds, words))
    waits = (node.build_after or NO_WINDOW).waits
    return replace(node, build_after=Window(seconds, waits, words=words))


def _tolerance(state: StateConfig, seconds: int, words: str) -> StateConfig:
    return replace(state, lag_tolerance=Window(seconds, words=words, key="lag_tolerance"))
