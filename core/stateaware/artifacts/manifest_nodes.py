"""The nodes of a manifest as what a plan is made from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from stateaware.artifacts.shapes import depends_on, maybe_text, table, text
from stateaware.config.durations import parse_duration
from stateaware.plan.nodes import DEFAULT_STATE, KINDS, Node, StateConfig
from stateaware.plan.settings import read_build_after, read_state
from stateaware.rules.spans_of_time import listed

if TYPE_CHECKING:
    from stateaware.artifacts.manifest import Manifest

ORIGIN: Final = "manifest"
"""Where a setting comes from: a manifest does not tell the place where it was written."""
_STAR: Final = re.compile(r"\bselect\s+(?:\w+\.)?\*\s+from\s+\{\{-?\s*(?:ref|source)\s*\(", re.IGNORECASE)
_UNDECIDED: Final = frozenset(
    {"analysis", "exposure", "function", "macro", "metric", "operation", "saved_query", "semantic_model"}
)
"""Kinds that are read by others and have no version of their own."""


def read_nodes(manifest: Manifest, found: list[Node]) -> Iterator[str]:
    """Add the nodes to a list; gives a note for each thing that could not be read."""
    odd: list[str] = []
    for name in ("nodes", "unit_tests"):
        for unique_id, entry in manifest.group(name):
            _add(unique_id, entry, found, odd)
    found += [Node(unique_id, kind="source") for unique_id, _ in manifest.group("sources")]
    for unique_id, entry in manifest.disabled():
        _add(unique_id, entry, found, odd, enabled=False)
    for name in ("nodes", "sources", "unit_tests"):
        group = manifest.artifact.data.get(name)
        if group is not None and not isinstance(group, dict):
            yield f"{manifest.path}: its `{name}` are no object, and left out"
        elif group:
            lost = [key for key, entry in group.items() if not isinstance(entry, dict)]
            if lost:
                yield f"{manifest.path}: left out, since they cannot be read: {listed(lost)}"
    if not manifest.dbt_version:
        yield f"{manifest.path} does not say which dbt wrote it: taken for dbt Core"
    if odd:
        yield f"{manifest.path}: left out, since their kind is not known: {listed(odd)}"


def _add(
    unique_id: str, entry: dict[str, Any], found: list[Node], odd: list[str], *, enabled: bool = True
) -> None:
    kind = entry.get("resource_type")
    if kind == "source":
        found.append(Node(unique_id, kind=kind, enabled=enabled))
    elif isinstance(kind, str) and kind in KINDS:
        found.append(_node(unique_id, kind, entry, enabled=enabled))
    elif not isinstance(kind, str) or kind not in _UNDECIDED:
        odd.append(unique_id)


def _node(unique_id: str, kind: str, entry: dict[str, Any], *, enabled: bool) -> Node:
    assumed: list[str] = []
    written = entry.get("config")
    config = table(written)
    if written is not None and config is not written:
        assumed.append("nothing is set for it: its `config` cannot be read")
    if kind == "model" and not (entry.get("original_file_path") or entry.get("path")):
        kind = "external"  # dbt adds the public models of other projects so
    parents = depends_on(entry, "nodes")
    if any(parent.partition(".")[0] in _UNDECIDED for parent in parents):
        if any(parent.startswith("function.") for parent in parents):
            assumed.append("the functions that it uses have not changed")
        parents = tuple(parent for parent in parents if parent.partition(".")[0] not in _UNDECIDED)
    materialized = _materialized(kind, config, assumed)
    freshness, refresh = config.get("freshness"), config.get("full_refresh")
    language = entry.get("language")
    return Node(
        unique_id,
        kind=kind,
        parents=parents,
        materialized=materialized,
        language=language if isinstance(language, str) else "sql",
        enabled=enabled,
        build_after=read_build_after(freshness, ORIGIN) if freshness is not None else None,
        state=_state(config),
        full_refresh=refresh if isinstance(refresh, bool) else None,
        selects_star=materialized == "view" and _selects_star(text(entry.get("raw_code"))),
        assumed=tuple(assumed),
    )


def _selects_star(code: str) -> bool:
    return "*" in code and _STAR.search(code) is not None


def _materialized(kind: str, config: dict[str, Any], assumed: list[str]) -> str | None:
    written = config.get("materialized")
    if isinstance(written, str):
        return written
    if kind != "model":
        return kind  # v2 does not say what goes without saying
    if written is None:
        return "view"  # dbt's default
    assumed.append("it is a table: its materialization cannot be told")
    return None


def _state(config: dict[str, Any]) -> StateConfig:
    """``state``, which older versions of dbt keep among what they do not know, or below ``meta``."""
    for home in (config, table(config.get("_extra")), table(config.get("meta"))):
        state = home.get("state")
        if isinstance(state, dict):
            tolerance = state.get("lag_tolerance")
            if isinstance(tolerance, str):
                count, period = parse_duration(tolerance) or (None, maybe_text(tolerance))
                state = {**state, "lag_tolerance": {"count": count, "period": period}}
            return read_state(state, ORIGIN)
    return DEFAULT_STATE
