"""stateaware's own state file: what is known of the builds of projects, in place of all artifacts.

JSON, versioned; its schema is schemas/state-file.schema.json. Times are ISO 8601 in UTC, lengths seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast, get_args

from stateaware.artifacts.reading import ArtifactError, read_moment, uncollected
from stateaware.artifacts.shapes import maybe_text, table, text
from stateaware.fingerprint.keep import KeptCode
from stateaware.plan.clock import EARLIEST
from stateaware.plan.measured import MEASUREMENTS, How, Version
from stateaware.plan.state import Fingerprint, Record, Status
from stateaware.project.files import read_bytes
from stateaware.records import dataclass, field, replace

VERSION: Final = 1
_MOST_BYTES: Final = 1 << 29
_REMEDY: Final = "It is written by `stateaware state update FILE`."
_STATUSES: Final[frozenset[str]] = frozenset(get_args(Status))
_HASHES: Final = ("code", "relation", "template", "volatile", "config", "exact")


@dataclass(frozen=True, slots=True)
class Kept:
    """The last attempt to build a node; how long the last good one took, and of what code it was."""

    record: Record
    seconds: float | None = None
    code: KeptCode | None = None


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """The newest measurement of a source, and when it was made."""

    version: Version
    measured_at: datetime = EARLIEST


@dataclass(frozen=True, slots=True)
class Remembered:
    """One project: its nodes and sources, by unique_id."""

    nodes: Mapping[str, Kept] = field(default_factory=dict)
    sources: Mapping[str, KeptVersion] = field(default_factory=dict)

    def merged(self, other: Remembered) -> Remembered:
        """What both know: of each node the newer attempt counts, of each source the newer measurement.

        Of one attempt that both know what the other knows counts, but for what only this one does.
        """
        nodes = dict(self.nodes)
        for key, one in other.nodes.items():
            nodes[key] = _newer(nodes[key], one) if key in nodes else one
        sources = dict(self.sources)
        for key, seen in other.sources.items():
            if key not in sources or sources[key].measured_at <= seen.measured_at:
                sources[key] = seen
        return Remembered(nodes, sources)


def _newer(old: Kept, new: Kept) -> Kept:
    if old.record.completed_at > new.record.completed_at:
        old, new = new, old
    again = old.record.completed_at == new.record.completed_at
    touched = max(_touched(old.record), _touched(new.record))
    record = replace(new.record, touched_at=touched)
    if again and record.upstream is None:
        record = replace(record, upstream=old.record.upstream)
    good = new.record.status == "success"
    return Kept(
        record,
        new.seconds if good and new.seconds is not None else old.seconds,
        new.code if new.code is not None or (good and not again) else old.code,
    )


def _touched(record: Record) -> datetime:
    return record.touched_at or record.completed_at


@dataclass(frozen=True, slots=True)
class StateFile:
    """A state file: its projects by name, and when it was written."""

    projects: Mapping[str, Remembered] = field(default_factory=dict)
    written_at: datetime | None = None

    def with_project(self, name: str, known: Remembered) -> StateFile:
        """The file with a project in place of what it had of it; the others stay."""
        return replace(self, projects={**self.projects, name: known})


def read_state_file(path: Path) -> StateFile:
    """Read a state file.

    What has another shape than is written is an error: a half state would be a wrong one.

    Raises:
        ArtifactError: it is not there, too big, no JSON, of another kind or of a newer version.
    """
    data = _document(path)
    version = data.get("stateaware_state")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ArtifactError(f"{path} is no state file of stateaware", _REMEDY)
    if version != VERSION:
        raise ArtifactError(
            f"{path} has version {version} of the state file, and version {VERSION} is read here",
            "Use the stateaware that wrote it, or a newer one.",
        )
    try:
        projects = {name: _read_project(one) for name, one in _items(data, "projects")}
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"{path} is damaged: {error.args[0] if error.args else error}", _REMEDY) from None
    return StateFile(projects, read_moment(data.get("written_at")))


def _document(path: Path) -> dict[str, Any]:
    try:
        content = read_bytes(str(path), limit=_MOST_BYTES)
        with uncollected():
            data = json.loads(content)
    except FileNotFoundError:
        raise ArtifactError(f"no file {path}", _REMEDY) from None
    except OSError as error:
        raise ArtifactError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError):
        raise ArtifactError(f"{path}: not JSON", _REMEDY) from None
    if not isinstance(data, dict):
        raise ArtifactError(f"{path} is no state file of stateaware", _REMEDY)
    return data


def _items(data: object, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = data.get(name) if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise ValueError(f"its `{name}` are no object")  # noqa: TRY004 - of the file, not of the program
    for key, one in found.items():
        if not isinstance(one, dict):
            raise ValueError(f"`{key}` is no object")  # noqa: TRY004 - of the file, not of the program
        yield key, one


def _read_project(data: dict[str, Any]) -> Remembered:
    return Remembered(
        {key: _read_node(key, one) for key, one in _items(data, "nodes")},
        {key: _read_source(key, one) for key, one in _items(data, "sources")},
    )


def _read_node(unique_id: str, data: dict[str, Any]) -> Kept:
    completed, status = read_moment(data.get("completed_at")), data.get("status")
    if completed is None or status not in _STATUSES:
        raise ValueError(f"`{unique_id}` has no status with a time")
    upstream, seconds = data.get("upstream"), data.get("seconds")
    record = Record(
        unique_id,
        completed_at=completed,
        started_at=read_moment(data.get("started_at")),
        status=cast("Status", status),
        upstream=None if upstream is None else {str(key): str(one) for key, one in table(upstream).items()},
        own_version=maybe_text(data.get("version")),
        touched_at=read_moment(data.get("touched_at")),
    )
    length = float(seconds) if isinstance(seconds, (int, float)) and 0 <= seconds < 1e8 else None
    return Kept(record, length, _read_code(data.get("code")))


def _read_code(data: object) -> KeptCode | None:
    if not isinstance(data, dict):
        return None
    hashes = {name: maybe_text(data.get(name)) for name in _HASHES}
    made = Fingerprint(**hashes, scheme=text(data.get("scheme")), by_template=data.get("by_template") is True)
    letters, raw, own, engine = (text(data.get(name)) for name in ("letters", "raw", "own", "engine"))
    return KeptCode(made, letters, raw, own, engine, data.get("whole") is not False)


def _read_source(unique_id: str, data: dict[str, Any]) -> KeptVersion:
    how = data.get("how")
    if how not in MEASUREMENTS:
        raise ValueError(f"`{unique_id}` is measured in no way that is known")
    version = Version(maybe_text(data.get("version")), cast("How", how), read_moment(data.get("at")))
    return KeptVersion(version, read_moment(data.get("measured_at")) or EARLIEST)


def state_text(file: StateFile) -> str:
    """A state file as it is written: one node a line, in an order that does not change."""
    head = {
        "stateaware_state": VERSION,
        "written_at": None if file.written_at is None else file.written_at.isoformat(),
    }
    lines = [f"{{{json.dumps(head)[1:-1]},", '"projects": {']
    for number, (name, known) in enumerate(sorted(file.projects.items())):
        lines.append(f"{',' if number else ''}{json.dumps(name)}: {{")
        lines += _lines("nodes", ((key, _node(one)) for key, one in sorted(known.nodes.items())))
        lines[-1] += ","
        lines += _lines("sources", ((key, _source(one)) for key, one in sorted(known.sources.items())))
        lines.append("}")
    return "\n".join([*lines, "}}", ""])


def _lines(name: str, entries: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    found = [f"  {json.dumps(key)}: {json.dumps(one, separators=(',', ':'))}" for key, one in entries]
    return [f" {json.dumps(name)}: {{", *(f"{line}," for line in found[:-1]), *found[-1:], " }"]


def _node(kept: Kept) -> dict[str, Any]:
    record = kept.record
    found = {
        "status": record.status,
        "started_at": _moment(record.started_at),
        "completed_at": _moment(record.completed_at),
        "touched_at": _moment(record.touched_at),
        "version": record.own_version,
        "upstream": None if record.upstream is None else dict(sorted(record.upstream.items())),
        "seconds": kept.seconds,
        "code": None if kept.code is None else _code(kept.code),
    }
    return {key: value for key, value in found.items() if value is not None}


def _code(kept: KeptCode) -> dict[str, Any]:
    made = kept.fingerprint
    found = {
        "scheme": made.scheme,
        **{name: getattr(made, name) for name in _HASHES},
        "by_template": made.by_template or None,
        "letters": kept.letters or None,
        "raw": kept.raw,
        "own": kept.own or None,
        "engine": kept.engine or None,
        "whole": None if kept.whole else False,
    }
    return {key: value for key, value in found.items() if value is not None}


def _source(kept: KeptVersion) -> dict[str, Any]:
    version = kept.version
    measured = None if kept.measured_at == EARLIEST else _moment(kept.measured_at)
    found = {"version": version.value, "how": version.how, "at": _moment(version.at), "measured_at": measured}
    return {key: value for key, value in found.items() if value is not None}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def lengths(known: Remembered) -> dict[str, timedelta]:
    """How long the last good build of each node took."""
    return {
        key: timedelta(seconds=one.seconds) for key, one in known.nodes.items() if one.seconds is not None
    }
