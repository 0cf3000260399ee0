"""What the sources have at a moment, over a whole simulation."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import inf
from typing import Final

from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import MEASUREMENTS, How, Version
from stateaware.simulate.arrivals import Arrival, loads_of

KINDS: Final = ("source", "external")
"""What loads: nothing here builds it."""
_FIXED: Final = frozenset(how for how in MEASUREMENTS if MEASUREMENTS[how].changed) - {"planned"}
"""How a version may be known so that loads do not change it: dbt takes it as new in any case."""


class Group:
    """Sources that load at the same moments; as ``times``, in seconds after 1970, and as ``moments``."""

    __slots__ = ("moments", "sources", "times")

    def __init__(self, moments: list[datetime]) -> None:
        self.moments = moments
        self.times = [moment.timestamp() for moment in moments]
        self.sources: list[str] = []

    def next(self, time: float) -> float:
        """The first load after a moment; infinite where there is none."""
        at = bisect_right(self.times, time)
        return self.times[at] if at < len(self.times) else inf

    def last(self, time: float) -> float:
        """The last load up to a moment, itself included; minus infinity where there is none."""
        at = bisect_right(self.times, time)
        return self.times[at - 1] if at else -inf

    def last_before(self, time: float) -> float:
        """The last load before a moment; minus infinity where there is none."""
        at = bisect_left(self.times, time)
        return self.times[at - 1] if at else -inf


class Loads:
    """The loads of all sources, and where in them a simulation stands."""

    def __init__(
        self,
        lineage: Lineage,
        arrivals: Mapping[str, Arrival],
        seen: Mapping[str, Version],
        start: datetime,
        end: datetime,
        seed: int,
    ) -> None:
        self.groups: list[Group] = []
        self.group_of: dict[str, int] = {}
        alike: dict[object, int] = {}
        for unique_id, node in lineage.nodes.items():
            arrival = arrivals.get(unique_id)
            if node.kind not in KINDS or arrival is None:
                continue
            chance = arrival.late or arrival.missing or arrival.jitter
            known = seen.get(unique_id)
            # what was measured before counts for all that came until then
            began = known is not None and known.value is not None
            key: object = unique_id if chance or (began and known and known.at) else (arrival, began)
            if key not in alike:
                moments = loads_of(unique_id, arrival, start, end, seed)
                if began and known is not None:
                    moments = [moment for moment in moments if moment >= start]
                    if known.at is not None and known.at < start:
                        moments.insert(0, known.at)
                alike[key] = len(self.groups)
                self.groups.append(Group(moments))
            group = self.groups[alike[key]]
            group.sources.append(unique_id)
            self.group_of[unique_id] = alike[key]
        self._start = start.timestamp()
        self._moving = [
            [one for one in group.sources if not (one in seen and seen[one].how in _FIXED)]
            for group in self.groups
        ]
        self._known = [
            any(one in seen and seen[one].value is not None for one in group.sources) for group in self.groups
        ]
        self._at = [0] * len(self.groups)

    def at_first(self) -> Iterator[tuple[str, Version]]:
        """The sources of which nothing was measured, as long as they have not loaded."""
        for known, sources in zip(self._known, self._moving, strict=True):
            if not known:
                yield from ((unique_id, _EMPTY) for unique_id in sources)

    def until(self, time: float) -> Iterator[tuple[str, Version]]:
        """The sources that have loaded since this was last asked, up to a moment, with their new versions."""
        for number, group in enumerate(self.groups):
            at = bisect_right(group.times, time)
            before = self._at[number]
            if at == before:
                continue
            self._at[number] = at
            if self._known[number] and group.times[at - 1] < self._start:
                continue  # what is there already has its version
            moment = group.moments[at - 1]
            version = Version(moment.isoformat(), _ASSUMED, moment)
            for unique_id in self._moving[number]:
                yield unique_id, version


_ASSUMED: Final[How] = "assumed"
_EMPTY: Final = Version("nothing loaded yet", _ASSUMED)
