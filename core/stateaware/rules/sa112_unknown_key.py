"""SA112: a key inside freshness or state is none that dbt knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.reader import FRESHNESS, STATE
from stateaware.config.strict import NEWER_STATE_KEYS
from stateaware.config.written import Written
from stateaware.errors import nearest
from stateaware.findings import Finding, Fix, Place, Severity
from stateaware.records import replace
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.edits import replace_word
from stateaware.rules.engines import UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.faults import read_again
from stateaware.rules.intervals import is_half
from stateaware.rules.keys import (
    ALL_STATE_KEYS,
    MODEL_FRESHNESS_KEYS,
    OTHER_RESOURCE,
    RULES_KEYS,
    SOURCE_FRESHNESS_KEYS,
    THRESHOLD_KEYS,
    near_key,
)
from stateaware.rules.shown import shortened
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar

if TYPE_CHECKING:
    from stateaware.workspace import Project

Path = tuple[str, ...]

_KNOWN: Final[dict[tuple[str, Path], tuple[str, ...]]] = {
    ("model", (FRESHNESS,)): MODEL_FRESHNESS_KEYS,
    ("model", (FRESHNESS, "build_after")): RULES_KEYS,
    ("model", (STATE,)): ALL_STATE_KEYS,
    ("model", (STATE, "lag_tolerance")): RULES_KEYS,
    ("source", (FRESHNESS,)): SOURCE_FRESHNESS_KEYS,
    ("source", (FRESHNESS, "warn_after")): THRESHOLD_KEYS,
    ("source", (FRESHNESS, "error_after")): THRESHOLD_KEYS,
}
_LAG: Final = (STATE, "lag_tolerance")


class UnknownKey(Rule):
    """A key inside `freshness` or `state` is none that dbt knows.

    ## What it does
    Reports keys inside `freshness`, `build_after`, `warn_after`, `error_after`, `state` and `lag_tolerance`
    that mean nothing there, and names the key that was probably meant.

    ## Why it matters
    The value has no effect: `updated_on: all` leaves `updates_on` at its default, `build_afer` sets nothing.

    ## Example
    ```yaml
    freshness:
      build_afer: {count: 4, period: hour}
    ```

    ## How to fix
    `build_after: {count: 4, period: hour}`.

    ## Engines
    dbt v2: dbt1060; the key is dropped, and in dbt_project.yml dbt stops. Inside `lag_tolerance` it drops
    the key without a word, as dbt Core does everywhere, so there it is a warning.
    """

    code = "SA112"
    name = "unknown-key"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `freshness` and `state`."""
        return blocks_of(project).distinct_maps

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each unknown key."""
        written = block_of(subject).written
        tree = written.setting.block.tree
        if not isinstance(tree, Mapping) or (written.resource, (written.key,)) not in _KNOWN:
            return ()  # a source has no state, which dbt Core keeps without looking into it
        return [
            _finding(entry, holder, path, written, subject, project)
            for entry, holder, path in _unknown(written, tree, (written.key,))
            if not (entry.key.text in NEWER_STATE_KEYS and project.profile.name != "fusion")
        ]


def _unknown(written: Written, node: Mapping, path: Path) -> Iterator[tuple[Entry, Mapping, Path]]:
    known = _KNOWN[written.resource, path]
    for entry in node.entries:
        key = entry.key.text
        if key in known and key not in NEWER_STATE_KEYS:
            deeper = (*path, key)
            if isinstance(entry.value, Mapping) and (written.resource, deeper) in _KNOWN:
                yield from _unknown(written, entry.value, deeper)
        elif not _for_others(written.resource, key, path):
            yield entry, node, path


def _for_others(resource: str, key: str, path: Path) -> bool:
    """Whether another rule reports the key: the words of the other resource, and those with a `+`."""
    if path == (FRESHNESS,) and key in OTHER_RESOURCE[resource]:
        return True
    return key.startswith("+") and key[1:] in _KNOWN[resource, path]


def _finding(
    entry: Entry, holder: Mapping, path: Path, written: Written, subject: Subject, project: Project
) -> Finding:
    key = entry.key.text
    known = _KNOWN[written.resource, path]
    fix = _rename(entry, holder, near_key(key, known), subject, project)
    return Finding(
        code=UnknownKey.code,
        severity=_severity(path, project),
        message=f"`{shortened(key)}` is no key of {path[-1]}; {_allowed(path, written.resource)}",
        place=Place(subject.place.file, entry.key.span),
        node=subject.node,
        hint=_hint(key, known, path, written.resource),
        notes=_notes(key, path, written),
        fixes=(fix,) if fix is not None else (),
        engine_codes=() if path == _LAG else engine_codes(project, UNKNOWN_KEY),
    )


def _severity(path: Path, project: Project) -> Severity:
    if path == _LAG:
        return severity(project, "error", "warning", "warning")
    return severity(project, "error", "error", "warning")


def _allowed(path: Path, resource: str) -> str:
    keys = [key for key in _KNOWN[resource, path] if key != "execute_hooks_on_reuse"]
    return f"it has {', '.join(keys[:-1])} and {keys[-1]}" if len(keys) > 1 else f"it has {keys[0]} only"


def _hint(key: str, known: tuple[str, ...], path: Path, resource: str) -> str:
    if path == (FRESHNESS,) and key in RULES_KEYS:
        return "it belongs under " + (
            "`build_after`" if resource == "model" else "`warn_after` or `error_after`"
        )
    if key in NEWER_STATE_KEYS:
        return "newer than dbt v2 preview.196"
    near = near_key(key, known) or nearest(key, known)
    return f"did you mean `{near}`?" if near is not None else "remove it"


def _notes(key: str, path: Path, written: Written) -> tuple[str, ...]:
    if path == _LAG:
        return ("dbt v2 drops it in silence",)
    in_project = written.setting.layer.kind in ("models", "project", "folder", "file")
    fusion = "stops here and writes no manifest" if in_project else "drops the key"
    if path[0] == STATE:
        return (f"dbt v2 {fusion} (dbt1060)",)
    return (f"dbt v2 {fusion} (dbt1060); dbt Core 1.11 drops it in silence",)


def _reads_well(entry: Entry, meant: str, subject: Subject, project: Project) -> bool:
    """Whether the block is all right once the key has its name."""
    written = block_of(subject).written
    node = _renamed(written.setting.node, entry.key, meant)
    block = read_again(project, written, node, project.profile.name)
    return len(block.problems) < max(len(written.setting.block.problems), 1) and not is_half(block.value)


def _renamed(node: Node, key: Scalar, meant: str) -> Node:
    if not isinstance(node, Mapping):
        return node
    entries = tuple(
        replace(entry, key=replace(entry.key, text=meant))
        if entry.key.span == key.span
        else replace(entry, value=_renamed(entry.value, key, meant))
        for entry in node.entries
    )
    return Mapping(entries, node.span, node.flow)


def _rename(
    entry: Entry, holder: Mapping, meant: str | None, subject: Subject, project: Project
) -> Fix | None:
    if meant is None or holder.get(meant) is not None or not _reads_well(entry, meant, subject, project):
        return None
    return replace_word(project, subject.place.file, entry.key.span, entry.key.text, meant)
