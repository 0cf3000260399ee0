"""What is remembered of earlier builds, and what is seen now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

from stateaware.plan.clock import aware
from stateaware.plan.measured import Version
from stateaware.records import dataclass, field, replace

Status: TypeAlias = Literal["success", "partial success", "error", "killed", "running"]
FAILED: Final[frozenset[Status]] = frozenset({"partial success", "error", "killed"})
"""How an attempt may end without leaving a build to reuse; a microbatch model may succeed in part."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a node's code is, as hashes that are compared for equality only.

    Args:
        code: of the compiled code, normalized; of the file for a seed. None where it is not known.
        relation: database, schema and name that it is built as.
        template: of the code before Jinja, with its macros.
        volatile: the values of ``current_date`` and the like that the code would see.
        scheme: by what it was made. Fingerprints of different schemes cannot be compared.
        config: of the configuration that shapes the build.
        by_template: whether the template tells more than the compiled code, which differs from run to run
            (``invocation_id``, ``is_incremental()``).
        exact: of all of it as it is written. Where this is equal nothing has changed.
    """

    code: str | None = None
    relation: str | None = None
    template: str | None = None
    volatile: str | None = None
    scheme: str = ""
    config: str | None = None
    by_template: bool = False
    exact: str | None = None


UNKNOWN_CODE: Final = Fingerprint()
SAME_CODE: Final = "its code is the same as when it was last built"


def code_differs(then: Fingerprint, now: Fingerprint, *, by_template: bool = False) -> tuple[bool, str]:
    """Whether code has changed, and what that takes for granted.

    ``by_template`` is whether the code before Jinja is to decide where both sides have it; it does so
    anyway where one side has no compiled code, or that differs from run to run.
    """
    if then is now is UNKNOWN_CODE:
        return False, SAME_CODE
    if then.exact is not None and then.exact == now.exact:
        return False, ""
    if None not in (then.relation, now.relation) and then.relation != now.relation:
        return True, ""
    comparable = then.scheme == now.scheme
    if comparable and None not in (then.config, now.config) and then.config != now.config:
        return True, ""
    old, new = then.code, now.code
    by_template = by_template or then.by_template or now.by_template or old is None or new is None
    varied = False
    if by_template and then.template is not None and now.template is not None:
        varied = None not in (old, new) and old != new and (then.by_template or now.by_template)
        old, new = then.template, now.template
    if old is None or new is None:
        return False, SAME_CODE
    if not comparable:
        return False, "its code is the same: the fingerprint of its last build is of another kind"
    if old == new and varied:
        return False, "its code is the same: its template is, and what that renders to differs with the run"
    return old != new, ""


@dataclass(frozen=True, slots=True)
class Record:
    """The last attempt to build a node in an environment, by whatever job.

    Args:
        unique_id: whose.
        completed_at: when it ended. The window counts from here.
        started_at: when it began, where that is known.
        status: how it ended. Only ``success`` can be reused.
        fingerprint: the code that was built.
        upstream: the versions of the effective parents that it read; None where nobody kept them.
        upstream_code: the code of these parents then, where it is known.
        own_version: what children compare; changes with each build. None where it is not known.
        touched_at: when it was last read or written; unused state expires.
    """

    unique_id: str
    completed_at: datetime
    started_at: datetime | None = None
    status: Status = "success"
    fingerprint: Fingerprint = UNKNOWN_CODE
    upstream: Mapping[str, str] | None = None
    upstream_code: Mapping[str, str] = field(default_factory=dict)
    own_version: str | None = None
    touched_at: datetime | None = None


class State:
    """All records of an environment.

    ``complete`` is whether a node without a record was certainly never built; False for what was put
    together from the artifacts of some runs.
    """

    __slots__ = ("complete", "records")

    def __init__(self, records: Iterable[Record] = (), *, complete: bool = True) -> None:
        """Take in records.

        Raises:
            ValueError: a time in them has no zone.
        """
        self.records: dict[str, Record] = {record.unique_id: _in_utc(record) for record in records}
        self.complete = complete

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.records == other.records and self.complete == other.complete

    __hash__ = None  # type: ignore[assignment]  # it holds a dict

    def updated(self, records: Iterable[Record]) -> State:
        """A copy with these records in place of those of the same nodes."""
        changed = State(records, complete=self.complete)
        changed.records = {**self.records, **changed.records}
        return changed


def _in_utc(record: Record) -> Record:
    def utc(name: str, moment: datetime | None) -> datetime | None:
        return None if moment is None else aware(moment, f"{name} of {record.unique_id}")

    return replace(
        record,
        completed_at=aware(record.completed_at, f"completed_at of {record.unique_id}"),
        started_at=utc("started_at", record.started_at),
        touched_at=utc("touched_at", record.touched_at),
    )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same node in another environment: its code there, and whether its data is still fresh."""

    code: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Present:
    """What is seen at the moment of the plan.

    Args:
        versions: of sources, of public models of other projects and of seeds that have no record.
        code: fingerprints of the nodes as they would be built now. For a node that is not here the code
            is assumed to be the same.
        changed: nodes whose code is stated to have changed, whatever the fingerprints.
        described: what has changed in the code of nodes, for a sentence after ``code changed``.
        missing_relations: nodes whose relation was looked for in the warehouse and is not there.
        failed: nodes that failed or were skipped earlier in this run.
        elsewhere: what could be cloned.
    """

    versions: Mapping[str, Version] = field(default_factory=dict)
    code: Mapping[str, Fingerprint] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    described: Mapping[str, str] = field(default_factory=dict)
    missing_relations: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)


NOTHING_SEEN: Final = Present()
