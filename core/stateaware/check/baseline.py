"""The baseline: findings that were there when checking began, and are not counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from stateaware.errors import BaselineError, OutputError
from stateaware.findings import Finding
from stateaware.project.storage import write_atomically
from stateaware.records import dataclass
from stateaware.text.source import line_index

VERSION: Final = 1


class Key(NamedTuple):
    """What makes two findings the same over time: not the line, and not the wording of the message."""

    project: str
    item: str
    fingerprint: str


def fingerprint(finding: Finding, text: str | None) -> str:
    """16 hex digits over a finding's code and the text it points at, blanks made equal."""
    from hashlib import sha256

    pointed = ""
    span = finding.place.span
    if text is not None and span is not None:
        index = line_index(text)
        pointed = text[index.offset(span.line, span.column) : index.offset(span.end_line, span.end_column)]
    source = f"{finding.code}\n{' '.join(pointed.split())}"
    return sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(slots=True)
class Baseline:
    """The entries of a baseline file, used up as findings match them."""

    path: Path
    left: Counter[Key]

    def copy(self) -> Baseline:
        """The same entries, to be used up independently."""
        return Baseline(self.path, self.left.copy())

    def take(self, project: str, finding: Finding, text: str | None) -> bool:
        """Whether the finding is known; each entry stands for as many findings as it counts."""
        key = Key(project, finding.item, fingerprint(finding, text))
        if self.left[key] <= 0:
            return False
        self.left[key] -= 1
        return True

    def stale(self, projects: Iterable[str]) -> int:
        """How many entries of some projects nothing matched any more."""
        folders = set(projects)
        return sum(count for key, count in self.left.items() if key.project in folders and count > 0)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        BaselineError: it is missing, no baseline, or of a later version.
    """
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        remedy = f"Make it first: stateaware check --write-baseline {path}"
        raise BaselineError(f"no baseline at {path}", remedy) from None
    except OSError as error:
        raise BaselineError(f"cannot read the baseline {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{path} is not valid JSON: {error}") from None
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise BaselineError(
            f"{path} was written by a later stateaware (version {version}, this one reads {VERSION})"
        )
    entries = data.get("entries") if version == VERSION else None
    if not isinstance(entries, list):
        raise BaselineError(
            f"{path} is no baseline", "Write it again: stateaware check --write-baseline FILE"
        )
    left: Counter[Key] = Counter()
    for number, entry in enumerate(entries, 1):
        left[_read_entry(entry, number, path)] += entry.get("count", 1)
    return Baseline(path, left)


def _read_entry(entry: Any, number: int, path: Path) -> Key:
    if isinstance(entry, dict):
        key = Key(entry.get("project", ""), entry.get("item", ""), entry.get("fingerprint", ""))
        count = entry.get("count", 1)
        if all(isinstance(part, str) for part in key) and key.item and isinstance(count, int) and count > 0:
            return key
    raise BaselineError(f"{path}: entry {number} is not one of a baseline")


def write_baseline(path: Path, keys: Iterable[Key]) -> int:
    """Write a baseline of findings, in a stable order; returns how many it holds.

    Raises:
        OutputError: the file cannot be written.
    """
    counts = Counter(keys)
    entries: list[Mapping[str, object]] = [
        {"project": key.project, "item": key.item, "fingerprint": key.fingerprint, "count": counts[key]}
        for key in sorted(counts)
    ]
    document = {"version": VERSION, "entries": entries}
    try:
        write_atomically(path, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise OutputError(f"cannot write the baseline {path}: {error.strerror}") from None
    return sum(counts.values())


def baseline_keys(
    project: str, findings: Iterable[Finding], text: Callable[[str], str | None]
) -> Iterable[Key]:
    """The keys under which findings enter a baseline; those silenced by a comment do not."""
    for finding in findings:
        if finding.suppressed is None or finding.suppressed.kind == "baseline":
            yield Key(project, finding.item, fingerprint(finding, text(finding.place.file)))
