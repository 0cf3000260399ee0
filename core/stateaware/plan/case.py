"""What is known about one node when it is decided, worked out when a rule asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from stateaware.plan.clock import EARLIEST, later
from stateaware.plan.measured import MEASUREMENTS, MISSING, NOT_SEEN, How, Version
from stateaware.plan.modes import Mode, Options
from stateaware.plan.nodes import Node, Window
from stateaware.plan.reasons import Outcome
from stateaware.plan.state import UNKNOWN_CODE, Present, Record, State, code_differs

_NO_PARENTS: Final[tuple[str, ...]] = ()


class Run:
    """What holds for all nodes of one plan; and what has been decided so far.

    ``built`` are the nodes that get a new version, ``open`` those that may, ``stopped`` those that
    failed or are skipped, ``reused`` those that stay, ``recoded`` those whose code is not that of their
    last build.
    """

    __slots__ = (
        "at",
        "built",
        "mode",
        "nodes",
        "open",
        "options",
        "present",
        "recoded",
        "reused",
        "state",
        "stopped",
    )

    def __init__(
        self,
        nodes: Mapping[str, Node],
        state: State,
        present: Present,
        at: datetime,
        options: Options,
        mode: Mode,
    ) -> None:
        self.nodes = nodes
        self.state = state
        self.present = present
        self.at = at
        self.options = options
        self.mode = mode
        self.built: set[str] = set()
        self.open: set[str] = set()
        self.reused: set[str] = set()
        self.stopped: set[str] = set(present.failed)
        self.recoded: set[str] = set()

    def note(self, unique_id: str, outcome: Outcome) -> None:
        """Remember what was decided, for the nodes that come after."""
        if outcome in ("build", "clone"):
            self.built.add(unique_id)
        elif outcome == "reuse":
            self.reused.add(unique_id)
        elif outcome == "skip":
            self.stopped.add(unique_id)
        elif outcome == "unknown":
            self.open.add(unique_id)

    def version(self, upstream: str) -> Version:
        """The stored or measured version of an upstream."""
        record = self.state.records.get(upstream)
        if record is not None:
            return Version(record.own_version, "build", record.completed_at)
        return self.seen(upstream)

    def seen(self, upstream: str) -> Version:
        """The version of an upstream that has no record: what is measured."""
        version = self.present.versions.get(upstream)
        if version is not None:
            return version
        node = self.nodes.get(upstream)
        return MISSING if node is None or not node.enabled else NOT_SEEN


class Case:
    """One node in one run. ``window`` and ``parents`` are those of the mode.

    ``changes`` are what a `Change` is made of, and ``notes`` what is assumed: of most decisions of a
    simulation nobody asks for either.
    """

    __slots__ = (
        "_age",
        "_compared",
        "_recoded",
        "changes",
        "every",
        "node",
        "notes",
        "parents",
        "record",
        "run",
        "same",
        "some",
        "window",
    )

    def __init__(self, node: Node, run: Run, parents: tuple[str, ...], window: Window) -> None:
        self.node = node
        self.run = run
        self.parents = parents
        self.window = window
        self.record: Record | None = run.state.records.get(node.unique_id)
        self.changes: list[tuple[str, str | None, str | None, How, bool]] = []
        self.same: list[str] = []
        self.notes: list[str] = []
        self.some: bool | None = False
        self.every: bool | None = False
        self._age: float | None = None
        self._recoded: bool | None = None
        self._compared = False

    def assume(self, text: str) -> None:
        """Say that something is taken for granted."""
        self.notes.append(text)

    @property
    def built_at(self) -> datetime | None:
        """Where the window counts from."""
        record = self.record
        if record is None or record.status != "success":
            return None
        if self.run.options.anchor == "started" and record.started_at is not None:
            return record.started_at
        return record.completed_at

    @property
    def age(self) -> float:
        """Seconds since the last build; 0 for one that lies in the future."""
        if self._age is None:
            built_at = self.built_at or EARLIEST
            self._age = (self.run.at - built_at).total_seconds()
            if self._age < 0:
                self.assume(
                    f"its last build is dated {built_at.isoformat()}, after the moment of the plan: "
                    "counted as just built"
                )
                self._age = 0.0
        return self._age

    @property
    def waits(self) -> bool:
        """Whether the window has not passed."""
        seconds = (self.window.seconds or 0) - self.run.options.grace
        if seconds <= 0:
            return False
        return self.age < seconds or (self.age == seconds and not self.run.mode.at_limit)

    @property
    def eligible_at(self) -> datetime | None:
        """From when on new data may build it; None where nothing holds it back any more."""
        if not self.window.seconds:
            return None
        built_at = self.built_at
        if built_at is None or not self.waits:
            return None
        start = min(built_at, self.run.at)
        return later(start, self.window.seconds - self.run.options.grace)

    @property
    def recoded(self) -> bool:
        """Whether the code is certainly not that of the last build."""
        if self._recoded is None:
            self._recoded, assumed = self.compare_code()
            if assumed:
                self.assume(assumed)
        return self._recoded

    def compare_code(self) -> tuple[bool, str]:
        """Whether the code has changed, and what that takes for granted."""
        node, present = self.node, self.run.present
        if node.unique_id in present.changed:
            return True, ""
        if self.record is None:
            return False, ""
        now = present.code.get(node.unique_id, UNKNOWN_CODE)
        return code_differs(self.record.fingerprint, now, by_template=node.state.compare_unrendered_code)

    def compare(self) -> None:
        """Find out which upstreams changed: ``some`` of them, ``every`` one; None where nobody knows."""
        if self._compared:
            return
        self._compared = True
        run, record = self.run, self.record
        blind = not self.node.traits.reads_data or self.node.materialized in run.mode.blind
        parents = _NO_PARENTS if blind else self.parents
        snapshot = record.upstream if record is not None else None
        built, records = run.built, run.state.records
        sure = maybe = 0
        for parent in parents:
            then = snapshot.get(parent) if snapshot else None
            if parent in built:
                sure += 1
                self.changes.append((parent, then, None, "planned", True))
                continue
            stored = records.get(parent)
            value: str | None
            how: How
            came: datetime | None
            changed: bool | None
            if stored is not None:
                value, how, came, changed = stored.own_version, "build", stored.completed_at, False
            else:
                version = run.seen(parent)
                value, how, came = version.value, version.how, version.at
                changed = MEASUREMENTS[how].changed
            if changed is False:
                if snapshot is not None and value is not None:
                    changed = value != then
                else:
                    changed = self._came_later(came)
            if changed is False and parent in run.open:
                changed = None
            if changed is False:
                self.same.append(parent)
                continue
            if changed:
                sure += 1
            else:
                maybe += 1
            self.changes.append((parent, then, value, how, changed is True))
        self.some = True if sure else None if maybe else False
        if parents:
            self.every = sure == len(parents) or (None if sure + maybe == len(parents) else False)

    def _came_later(self, came: datetime | None) -> bool | None:
        """Where no version was kept: whether the data came after the last build began."""
        record = self.record
        if record is None or came is None:
            return None
        self.assume("it has read what its parents had before its last build: no versions were recorded")
        return came > (record.started_at or record.completed_at)
