"""How old the data in each model is, at any moment of a simulation."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import inf
from typing import Final

from stateaware.plan.lineage import Lineage
from stateaware.plan.state import State
from stateaware.records import dataclass
from stateaware.simulate.loads import Loads

_LIVE: Final = frozenset({"ephemeral", "view"})
_FEW: Final = 64
"""Sets of more sources than this are kept as bits alone, and take longer to go through."""


@dataclass(frozen=True, slots=True)
class Age:
    """Seconds, over the time in which the model has data.

    A model's output *reflects* a load when that load was there as the run began in which a source's data
    was read, and came down through every build between the two. A load is *missing* from the output when
    it was there and the output does not reflect it. Let L be the newest load, of any source above the
    model, such that the output reflects it and all loads of all these sources before it.

    Args:
        worst_age: the most that a moment was after its L: how old the data in the output was.
        mean_age: that of all moments.
        worst_lag: the most that a load was missing from the output: 0 where all data was there at once.
        mean_lag: for how long the longest missing load was missing, over all moments.
        worst_age_at: the moment of the worst age, in seconds after 1970: the end of a build or of it all.
        worst_lag_at: likewise; None where no load was missing.
    """

    worst_age: float
    mean_age: float
    worst_lag: float
    mean_lag: float
    worst_age_at: float | None = None
    worst_lag_at: float | None = None


class Ages:
    """Follows what the output of each node reflects.

    Of a node two moments are enough: the first load that is missing or will be next (``_next``), the least
    of those of what it reads; and L (``_newest``), the newest load before that. Views and ephemeral models
    have no data: what reads them reads what is behind.
    """

    def __init__(self, lineage: Lineage, loads: Loads, start: float) -> None:
        self._loads = loads
        self._start = start
        place = {unique_id: number for number, unique_id in enumerate(lineage.order)}
        count = len(place)
        behind = lineage.effective_parents(_LIVE)
        self._reads: list[list[int]] = [[] for _ in range(count)]
        self._groups: list[list[int]] = [[] for _ in range(count)]
        self._above = [0] * count
        self._views: list[list[int]] = [[] for _ in range(count)]
        for unique_id, number in place.items():
            groups, above, view = set(), 0, lineage.nodes[unique_id].materialized == "view"
            for parent in behind[unique_id]:
                group = loads.group_of.get(parent)
                if group is not None:
                    groups.add(group)
                    above |= 1 << group
                elif parent in place:
                    self._reads[number].append(place[parent])
                    above |= self._above[place[parent]]
                    if view:
                        self._views[place[parent]].append(number)
            self._groups[number] = sorted(groups)
            self._above[number] = above
        self._kinds, self._few = _few_groups(self._above)
        self._times = [group.times for group in loads.groups]
        self._is_view = [lineage.nodes[unique_id].materialized == "view" for unique_id in lineage.order]
        self._read = -inf
        self._loaded: list[float] = []
        self._coming: list[float] = []
        self._before: dict[tuple[int, float], float] = {}
        self._next = [inf] * count
        self._newest = [-inf] * count
        self._since = [-inf] * count
        self._first = [-inf] * count
        self._sums = [[0.0, 0.0, 0.0, 0.0, -inf, -inf] for _ in range(count)]

    def begin(self, lineage: Lineage, state: State) -> None:
        """Take what was built before for built from what was there when that build began."""
        for number, unique_id in enumerate(lineage.order):
            record = state.records.get(unique_id)
            if record is not None and record.status == "success":
                read = (record.started_at or record.completed_at).timestamp()
                self.build(number, min(read, self._start), self._start)

    def build(self, number: int, read: float, end: float) -> None:
        """A node was built: sources were read at ``read``, and its output is there from ``end`` on."""
        if not self._above[number] or self._is_view[number]:
            return
        if read != self._read:
            self._look(read)
        loaded, coming, since, after = self._loaded, self._coming, self._since, self._next
        groups, parents = self._groups[number], self._reads[number]
        following, newest = inf, -inf
        for group in groups:
            if coming[group] < following:
                following = coming[group]
        for parent in parents:
            if after[parent] < following and since[parent] > -inf:
                following = after[parent]
        for group in groups:
            found = loaded[group]
            if found >= following:
                found = self._loads.groups[group].last_before(following)
            if found > newest:
                newest = found
        self._put(number, following, self._newest_of(parents, following, newest) if parents else newest, end)
        for view in self._views[number]:
            parents = self._reads[view]
            following = min([after[parent] for parent in parents])
            self._put(view, following, self._newest_of(parents, following, -inf), end)

    def _look(self, read: float) -> None:
        """What each source has at a moment, and what comes next."""
        self._read = read
        self._before.clear()
        self._loaded = [group.last(read) for group in self._loads.groups]
        self._coming = [group.next(read) for group in self._loads.groups]

    def _newest_of(self, parents: Sequence[int], following: float, newest: float) -> float:
        for parent in parents:
            found = self._newest[parent]
            if found >= following:
                key = (self._kinds[parent], following)
                known = self._before.get(key)
                found = self._before[key] = self._last_before(parent, following) if known is None else known
            if found > newest:
                newest = found
        return newest

    def _last_before(self, number: int, following: float) -> float:
        """The last load before a moment, of any source above a node."""
        found, few = -inf, self._few[self._kinds[number]]
        if few is not None:
            for group in few:
                times = self._times[group]
                at = bisect_left(times, following)
                if at and times[at - 1] > found:
                    found = times[at - 1]
            return found
        above = self._above[number]
        while above:
            lowest = above & -above
            above ^= lowest
            found = max(found, self._loads.groups[lowest.bit_length() - 1].last_before(following))
        return found

    def _put(self, number: int, following: float, newest: float, end: float) -> None:
        self._count(number, end)
        if newest > -inf:
            self._next[number], self._newest[number] = following, newest
            if end > self._since[number]:
                self._since[number] = end
            if self._first[number] == -inf:
                self._first[number] = end

    def _count(self, number: int, end: float) -> None:
        since = self._since[number]
        if since == -inf or end <= since:
            return
        sums, newest, following = self._sums[number], self._newest[number], self._next[number]
        age, before = end - newest, since - newest
        if age > sums[0]:
            sums[0], sums[4] = age, end
        sums[1] += (age * age - before * before) / 2
        lag = end - following
        if lag > 0:
            before = max(0.0, since - following)
            if lag > sums[2]:
                sums[2], sums[5] = lag, end
            sums[3] += (lag * lag - before * before) / 2

    def result(self, number: int, end: float) -> Age | None:
        """The ages of a node up to the end; None where it has no data of any load in that time."""
        self._count(number, end)
        self._since[number] = max(self._since[number], end) if self._since[number] > -inf else -inf
        length = end - self._first[number]
        if self._first[number] == -inf or length <= 0:
            return None
        worst_age, age, worst_lag, lag, age_at, lag_at = self._sums[number]
        return Age(
            worst_age,
            age / length,
            worst_lag,
            lag / length,
            age_at if age_at > -inf else None,
            lag_at if lag_at > -inf else None,
        )


def _few_groups(sets: Sequence[int]) -> tuple[list[int], list[tuple[int, ...] | None]]:
    """A number for each of these sets of bits, and the bits of the sets that have few, by that number."""
    numbers: dict[int, int] = {}
    kinds = [numbers.setdefault(one, len(numbers)) for one in sets]
    return kinds, [_bits(one) if bin(one).count("1") <= _FEW else None for one in numbers]


def _bits(one: int) -> tuple[int, ...]:
    found = []
    while one:
        lowest = one & -one
        one ^= lowest
        found.append(lowest.bit_length() - 1)
    return tuple(found)
