"""What somebody states instead of having it measured: ``--assume``, ``--changed``, ``--at``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final, Literal, TypeAlias

from stateaware.config.durations import parse_duration
from stateaware.errors import UsageError, suggest
from stateaware.plan.clock import EARLIEST, aware, later, parse_moment
from stateaware.plan.decision import Note
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import Version
from stateaware.plan.state import Present, Record, State
from stateaware.plan.words import moment_words
from stateaware.records import dataclass, replace
from stateaware.rules.spans_of_time import SECONDS

Event: TypeAlias = Literal["loaded", "built"]

_EXAMPLES: Final = "Write it like these: source:raw.orders@2h, model:stg_orders@built:30m, model:*@built:1h"
_PATTERN: Final = re.compile(r"[*?\[]")
_NAMED: Final = re.compile(r"(?P<kind>[a-z]+):(?P<name>[^@\s]+)")
_STATED: Final = re.compile(rf"{_NAMED.pattern}@(?:(?P<event>[a-z]+):)?(?P<when>\S.*)")
_EVENTS: Final[dict[str, Event]] = {
    "source": "loaded",
    "external": "loaded",
    "model": "built",
    "seed": "built",
    "snapshot": "built",
}
"""What can be stated of which kind of node."""


@dataclass(frozen=True, slots=True)
class Target:
    """Nodes as the command line names them: ``source:raw.orders``, ``model:orders.v2``, ``model:stg_*``."""

    kind: str
    name: str
    text: str

    def find(self, lineage: Lineage) -> list[str]:
        """The unique_ids that are meant: one, or those that fit a pattern (``stg_*``, ``raw.*``).

        Raises:
            UsageError: there is no such node, or more than one package has one of that name.
        """
        names = {key: key.split(".", 2)[-1] for key, node in lineage.nodes.items() if node.kind == self.kind}
        if _PATTERN.search(self.name):
            fitting = [key for key, name in names.items() if fnmatchcase(name, self.name)]
            if fitting:
                return fitting
        found = [key for key, name in names.items() if self.name in (key, name)]
        if len(found) == 1:
            return found
        if found:
            ids = ", ".join(f"{self.kind}:{key}" for key in found)
            raise UsageError(f"`{self.text}` is the name of {len(found)} nodes", f"Write which one: {ids}")
        remedy = suggest(self.name, names.values(), f"stateaware ls shows every {self.kind}.")
        raise UsageError(f"`{self.text}`: there is no {self.kind} {self.name}", remedy)


@dataclass(frozen=True, slots=True)
class Statement:
    """A node was loaded or built at a moment."""

    target: Target
    event: Event
    at: datetime


@dataclass(frozen=True, slots=True)
class Assumed:
    """State and present with what was stated in place of what was known, and a note for each of it."""

    state: State
    present: Present
    notes: tuple[Note, ...]


def parse_statement(text: str, now: datetime) -> Statement:
    """Read one ``--assume``: a time that has passed (``2h``, ``1h 30m``), or a moment with its zone.

    Raises:
        UsageError: it cannot be read, says what cannot be said of such a node, or lies after ``now``.
    """
    found = _STATED.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--assume: `{text}` cannot be read", _EXAMPLES)
    kind, event = found["kind"], found["event"]
    possible = _EVENTS.get(kind)
    if possible is None:
        raise UsageError(f"--assume: `{kind}` is no kind of node that can be stated", _EXAMPLES)
    if event is not None and event != possible:
        raise UsageError(f"--assume: a {kind} is {possible}, not `{event}`", _EXAMPLES)
    at = _moment(found["when"], aware(now, "now"))
    if at > now:
        raise UsageError(f"--assume: `{text}` lies after the moment of the plan", "State what has happened.")
    return Statement(Target(kind, found["name"], f"{kind}:{found['name']}"), possible, at)


def _moment(text: str, now: datetime) -> datetime:
    length = parse_duration(text.strip())
    if length is not None:
        count, period = length
        return later(now, -count * SECONDS[period])
    if re.match(r"[0-9]{4}-", text):
        return parse_moment(text, "--assume")
    raise UsageError(f"--assume: `{text}` is neither a time like 2h nor a moment", _EXAMPLES)


def parse_target(text: str, option: str = "--changed") -> Target:
    """Read the name of a node that is built: ``model:dim_customers``, or only ``dim_customers``.

    Raises:
        UsageError: it cannot be read, or is a source.
    """
    written = text.strip()
    found = _NAMED.fullmatch(written if ":" in written else f"model:{written}")
    if found is None or _EVENTS.get(found["kind"]) != "built":
        raise UsageError(
            f"{option}: `{text}` is no node with code", "Write it like this: model:dim_customers"
        )
    return Target(found["kind"], found["name"], written)


def assume(
    statements: Iterable[Statement],
    changed: Iterable[Target],
    lineage: Lineage,
    state: State,
    present: Present,
) -> Assumed:
    """Put what was stated in place of what was known.

    What a node that is stated to be built has read is not known by versions then, and goes by times. Of
    two statements about the same the later one counts.

    Raises:
        UsageError: a name means no node, or several.
    """
    versions, records, recoded = dict(present.versions), dict(state.records), set(present.changed)
    notes: dict[tuple[str, str], Note] = {}
    stated = [(key, one) for one in statements for key in one.target.find(lineage)]
    for unique_id, statement in stated:
        at = statement.at
        if statement.event == "loaded":
            versions[unique_id] = Version(at.isoformat(), "assumed", at)
        else:
            old = records.get(unique_id) or Record(unique_id, EARLIEST)
            records[unique_id] = replace(
                old,
                completed_at=at,
                started_at=None,
                touched_at=None,
                status="success",
                upstream=None,
                own_version=f"stated {at.isoformat()}",
            )
        told = f"it was last {statement.event} at {moment_words(at, EARLIEST)} UTC, as stated"
        notes[unique_id, statement.event] = Note("assumed", unique_id, told)
    for unique_id in (key for target in changed for key in target.find(lineage)):
        recoded.add(unique_id)
        notes[unique_id, "changed"] = Note("assumed", unique_id, "its code has changed, as stated")
    return Assumed(
        State(records.values(), complete=state.complete),
        replace(present, versions=versions, changed=frozenset(recoded)),
        tuple(notes.values()),
    )
