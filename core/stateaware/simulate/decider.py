"""Plans again and again, and decides only what may have changed since the last time."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Final

from stateaware.plan.case import Case, Run
from stateaware.plan.decide import settle, window_of
from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import MODES, Options
from stateaware.plan.reasons import REASONS, Outcome, ReasonCode
from stateaware.plan.rows import ROW_KINDS, alive_since, is_plain, is_settled, rows_of
from stateaware.plan.state import Present, State
from stateaware.records import replace

CODES: Final[tuple[ReasonCode | None, ...]] = (None, *REASONS)
"""Reasons by the number that stands for each in a track; 0 is a node that is not in the run."""
NUMBERS: Final = {reason: number for number, reason in enumerate(CODES)}
OUTCOMES: Final[tuple[Outcome, ...]] = tuple(
    "absent" if one is None else REASONS[one].outcome for one in CODES
)
BUILT: Final = frozenset(number for number, outcome in enumerate(OUTCOMES) if outcome in ("build", "clone"))
CUT: Final = 0x80
"""Set in the number of a build that the run's timeout ended or kept from starting."""
_WAITS: Final = frozenset({NUMBERS["WITHIN_BUILD_AFTER"], NUMBERS["WITHIN_LAG_TOLERANCE"]})
_REUSED: Final = frozenset(number for number, outcome in enumerate(OUTCOMES) if outcome == "reuse")


class Decider:
    """The decisions of one job, run after run.

    A decision stays as it is until what it came from changes: a version or an outcome of a parent, the
    node's own record, or the end of its window or of its state's life. What changes says so by `stir`; all
    other decisions are kept. The outcome is that of planning everything each time.

    Args:
        lineage: what is planned.
        place: where each node stands in its order.
        children: by place in the order, the places of those that read a node in any way.
        state: that of the environment, changed in place by whoever runs the simulation.
        present: what is seen; ``run.present`` may be put in its place.
        options: how the job runs.
        selected: what it takes; None for all.
        alone: whether nothing else builds, and all that it starts to build comes to its end. A node that
            waits for its window although something is new then waits on, whatever comes: nobody asks again
            before the window is over.
    """

    def __init__(
        self,
        lineage: Lineage,
        place: Mapping[str, int],
        children: Sequence[Sequence[int]],
        state: State,
        present: Present,
        at: datetime,
        options: Options,
        selected: Collection[str] | None,
        *,
        alone: bool = False,
    ) -> None:
        mode = MODES[options.mode]
        order = lineage.order
        self.run = Run(lineage.nodes, state, present, at, options, mode)
        self.parents = lineage.effective_parents(mode.transparent)
        self.parent_places = [
            tuple(place[parent] for parent in self.parents[one] if parent in place) for one in order
        ]
        self.members = bytearray(
            lineage.nodes[one].traits.decided and (selected is None or one in selected) for one in order
        )
        self.codes = bytearray(len(order))
        self.tracks: list[tuple[array[int], bytearray] | None] = [None] * len(order)
        self.counts = [0] * 256
        self.ordinal = -1
        self.last_at: datetime | None = None
        self._windows = [window_of(lineage.nodes[one], mode) for one in order]
        self._nodes = [lineage.nodes[one] for one in order]
        self._above = [self.parents[one] for one in order]
        self._plain = [is_plain(node) for node in self._nodes]
        self._children = children
        self._dirty = bytearray(self.members)
        self._awake = bytearray(self.members)
        self._sleeps = alone and not mode.follows_code
        self._timers: list[tuple[datetime, int]] = []
        self._life = None if mode.expires is None else timedelta(seconds=mode.expires)

    def wake(self, number: int) -> None:
        """What a node waited for is over."""
        self._dirty[number] = self._awake[number] = self.members[number]

    def stir_children(self, number: int) -> None:
        """What the children of a node were decided from may have changed."""
        dirty, awake = self._dirty, self._awake
        for child in self._children[number]:
            dirty[child] = awake[child]

    def stir_built(self, numbers: Iterable[int]) -> None:
        """These nodes were built, or should have been: they and their children may be decided otherwise."""
        dirty, awake, children = self._dirty, self._awake, self._children
        for number in numbers:
            dirty[number] = awake[number]
            for child in children[number]:
                dirty[child] = awake[child]

    def stir_all(self) -> None:
        """Nothing may be as it was."""
        self._dirty[:] = self._awake[:] = self.members

    def reused_at(self, number: int) -> datetime | None:
        """When the job last reused a node, if it did so in its last run."""
        return self.last_at if self.codes[number] in _REUSED else None

    def decide(self, at: datetime, deciders: Sequence[Decider]) -> list[int]:
        """Plan, and give the places of what is to be built, parents first.

        Args:
            at: the moment of the run.
            deciders: those of all jobs, that know when a node was last reused.
        """
        run, dirty, codes, life = self.run, self._dirty, self.codes, self._life
        if life is not None and self.last_at is not None and at - self.last_at >= life:
            self.stir_all()
        self.ordinal += 1
        run.at = at
        run.built.clear()
        timers = self._timers
        while timers and timers[0][0] <= at:
            self.wake(heappop(timers)[1])
        rows, since = {kind: rows_of(run, *kind) for kind in ROW_KINDS}, alive_since(run)
        plain, odd = (rows[True, False], rows[True, True]), (rows[False, False], rows[False, True])
        records, recoded, reused = run.state.records, run.recoded, run.reused
        nodes, above, windows, plains = self._nodes, self._above, self._windows, self._plain
        built: list[int] = []
        number = dirty.find(1)
        while number >= 0:
            dirty[number] = 0
            node = nodes[number]
            unique_id = node.unique_id
            record = records.get(unique_id)
            if record and life and (record.touched_at or record.completed_at) <= since:
                self.touch(number, deciders)
            before = codes[number] & ~CUT
            was_recoded = unique_id in recoded
            if before in _REUSED:
                reused.discard(unique_id)
                if was_recoded:
                    recoded.discard(unique_id)
            elif codes[number]:
                self._forget(unique_id)
            case = Case(node, run, above[number], windows[number])
            code = NUMBERS[
                settle(case, (plain if plains[number] else odd)[is_settled(case.record, since)])[1]
            ]
            if code in BUILT:
                if before in _REUSED:
                    self.touch(number, (self,))
                built.append(number)
                self.stir_children(number)
            else:
                if before in _REUSED and code not in _REUSED:
                    self.touch(number, (self,))
                if OUTCOMES[code] != OUTCOMES[before] or was_recoded != (unique_id in recoded):
                    self.stir_children(number)
                self._wake_later(case, number, code)
            if code != codes[number]:
                self.note(number, code)
            number = dirty.find(1, number + 1)
        self.last_at = at
        return built

    def note(self, number: int, code: int) -> None:
        """Remember what a node has from this run on."""
        track = self.tracks[number]
        if track is None:
            track = self.tracks[number] = (array("I"), bytearray())
        runs, marks = track
        self.counts[self.codes[number]] -= 1
        self.counts[code] += 1
        self.codes[number] = code
        if runs and runs[-1] == self.ordinal:
            marks[-1] = code
        else:
            runs.append(self.ordinal)
            marks.append(code)

    def _forget(self, unique_id: str) -> None:
        run = self.run
        run.open.discard(unique_id)
        run.reused.discard(unique_id)
        run.recoded.discard(unique_id)
        if unique_id not in run.present.failed:
            run.stopped.discard(unique_id)

    def touch(self, number: int, deciders: Iterable[Decider]) -> None:
        """Write down when a node was last reused by any job."""
        unique_id = self._nodes[number].unique_id
        record = self.run.state.records.get(unique_id)
        if record is not None:
            touched = record.touched_at or record.completed_at
            reused = [one.reused_at(number) for one in deciders]
            newest = max((moment for moment in reused if moment is not None), default=touched)
            if newest > touched or (record.touched_at is None and newest == touched and any(reused)):
                self.run.state.records[unique_id] = replace(record, touched_at=newest)

    def _wake_later(self, case: Case, number: int, code: int) -> None:
        record = case.record
        if code in BUILT or record is None:
            return
        if code in _REUSED:
            touched = record.touched_at or record.completed_at
            if touched > case.run.at:  # a reuse is the last use, also of what is dated later
                case.run.state.records[record.unique_id] = replace(record, touched_at=case.run.at)
            # one whose window is over at this very moment, and does not build at the limit, is asked again
            if code in _WAITS and case.eligible_at is not None:
                heappush(self._timers, (case.eligible_at, number))
                if self._sleeps and self._stays_new(case):
                    self._awake[number] = 0
        elif self._life is not None:
            expires = (record.touched_at or record.completed_at) + self._life
            if expires > case.run.at:
                heappush(self._timers, (expires, number))

    def _stays_new(self, case: Case) -> bool:
        """Whether what is new for a node stays so until it is built; a seed may be loaded as it was."""
        nodes = self.run.nodes
        return any(
            certain and (how != "planned" or nodes[parent].kind != "seed")
            for parent, _, _, how, certain in case.changes
        )
