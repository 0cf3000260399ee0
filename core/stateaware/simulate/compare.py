"""Two simulations side by side: what other settings, jobs or code would make of the same time."""

from __future__ import annotations

from collections.abc import Mapping

from stateaware.records import cached_property, dataclass
from stateaware.simulate.results import NodeResult, Simulation, Totals


@dataclass(frozen=True, slots=True)
class Change:
    """One figure before and after; None where a node is not there, or has no data whose age could be told."""

    before: float | None
    after: float | None

    @property
    def more(self) -> float | None:
        """By how much it grew; None where one of them is not there."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class NodeComparison:
    """One node in both; ``before`` or ``after`` is None where it is in one of them only."""

    unique_id: str
    before: NodeResult | None
    after: NodeResult | None

    @property
    def builds(self) -> Change:
        """How often it is built."""
        return Change(
            None if self.before is None else self.before.builds,
            None if self.after is None else self.after.builds,
        )

    @property
    def seconds(self) -> Change:
        """Seconds that it builds."""
        return Change(
            None if self.before is None else self.before.seconds,
            None if self.after is None else self.after.seconds,
        )

    @property
    def worst_age(self) -> Change:
        """How old its data gets, in seconds."""
        return Change(_age(self.before), _age(self.after))

    @property
    def worst_lag(self) -> Change:
        """For how long data that is there is missing from it, in seconds."""
        return Change(_lag(self.before), _lag(self.after))

    @property
    def differs(self) -> bool:
        """Whether anything is otherwise."""
        return self.before != self.after


def _age(node: NodeResult | None) -> float | None:
    return None if node is None or node.age is None else node.age.worst_age


def _lag(node: NodeResult | None) -> float | None:
    return None if node is None or node.age is None else node.age.worst_lag


class Comparison:
    """Two simulations of the same time, ``before`` and ``after`` a change."""

    def __init__(self, before: Simulation, after: Simulation) -> None:
        self.before = before
        self.after = after

    @cached_property
    def nodes(self) -> Mapping[str, NodeComparison]:
        """Every node of either, in the order of ``after``; what is only in ``before`` comes last."""
        keys = dict.fromkeys((*self.after.nodes, *self.before.nodes))
        return {
            key: NodeComparison(key, self.before.nodes.get(key), self.after.nodes.get(key)) for key in keys
        }

    @property
    def changed(self) -> tuple[NodeComparison, ...]:
        """The nodes of which something differs, those first whose building time changes most."""
        found = [one for one in self.nodes.values() if one.differs]
        return tuple(
            sorted(found, key=lambda one: -abs((one.seconds.after or 0) - (one.seconds.before or 0)))
        )

    @property
    def totals(self) -> Mapping[str, Change]:
        """Each figure of ``Totals`` by its name."""
        before, after = self.before.totals, self.after.totals
        return {name: Change(getattr(before, name), getattr(after, name)) for name in Totals.__match_args__}

    @property
    def newly_starved(self) -> tuple[str, ...]:
        """The nodes that wait for all their parents in vain, and did not before."""
        return tuple(key for key in self.after.starved if key not in set(self.before.starved))


def compare(before: Simulation, after: Simulation) -> Comparison:
    """Set two simulations side by side.

    Raises:
        ValueError: they are not of the same time.
    """
    if (before.start, before.end) != (after.start, after.end):
        raise ValueError("the simulations are of different times")
    return Comparison(before, after)
