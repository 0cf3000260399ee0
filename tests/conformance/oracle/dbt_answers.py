"""What a run of dbt said, in the form that `expected.yaml` records.

A run is a plain mapping: engine, version, command, exit_code, manifest_written, nodes, errors,
warnings. Paths of the machine are cut out of messages, long messages are cut short, and lists are
sorted, because dbt reports in the order of its threads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

Run = dict[str, Any]
Diagnostic = dict[str, Any]

CONFIG_KEYS: Final = ("freshness", "state", "loaded_at_field", "loaded_at_query")
LISTS: Final = ("errors", "warnings", "jsonschema_warnings")
MESSAGE_LENGTH: Final = 260

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_V2_HEAD = re.compile(r"^\[(error|warning)\]\s*(?:\[(\w+)\s*\((dbt\d+)\)\]:?)?\s*", re.S)
_V2_PLACE = re.compile(r"\n\s*-->\s*(.+?)(?::(\d+))?(?::(\d+))?\s*(?:\n|$)")
_V1_FILES = (
    re.compile(r"^\s*in (?:file )?([\w./-]+\.(?:ya?ml|sql|py))", re.M),
    re.compile(r"\(([\w./-]+\.(?:ya?ml|sql|py|csv))\)"),
    re.compile(r"(?:[Ff]ile[: ]+|given in |schema file at |expected path )[`']?([\w./-]+\.(?:ya?ml|sql|py))"),
    re.compile(r"`([\w./-]+\.(?:ya?ml|sql|py))`"),
    re.compile(r"([\w./-]+\.(?:ya?ml|sql|py))(?! entries)"),
)
_V1_LINE = re.compile(r"line (\d+)")

# Stock dbt Core 1.11 checks configuration against JSON schemas only when every adapter is one of
# four warehouses; the worker adds DuckDB to them, and what they say is kept apart.
V1_JSONSCHEMA: Final = frozenset(
    {
        "CustomKeyInConfigDeprecation",
        "CustomKeyInObjectDeprecation",
        "CustomTopLevelKeyDeprecation",
        "GenericJSONSchemaValidationDeprecation",
        "MissingPlusPrefixDeprecation",
        "MissingPlusPrefixInConfigDeprecation",
        "PropertyMovedToConfigDeprecation",
        "SourceOverrideDeprecation",
    }
)
# FreshnessConfigProblem only says that DuckDB has no metadata freshness.
_V1_NOISE: Final = frozenset(
    {
        "DepsNotifyUpdatesAvailable",
        "DeprecationsSummary",
        "FreshnessConfigProblem",
        "MainEncounteredError",
        "MainStackTrace",
    }
)


def gist(message: str, roots: Sequence[Path]) -> str:
    """One line without colours and without the folders in ``roots``, cut to ``MESSAGE_LENGTH``."""
    text = _ANSI.sub("", message)
    for root in roots:
        text = text.replace(f"{root}/", "").replace(str(root), ".")
    return re.sub(r"\s+", " ", text).strip()[:MESSAGE_LENGTH]


def read_v2_log(text: str, roots: Sequence[Path]) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Errors and warnings from dbt v2's `--log-format json` output; other lines are ignored."""
    errors: list[Diagnostic] = []
    warnings: list[Diagnostic] = []
    for line in text.splitlines():
        if not line.startswith("{"):
            continue
        try:
            info = json.loads(line)["info"]
        except ValueError:
            continue
        if info["level"] not in ("warn", "error"):
            continue
        message = _ANSI.sub("", info["msg"])
        head = _V2_HEAD.match(message)
        diagnostic: Diagnostic = {
            "category": (head and head.group(2)) or info["name"],
            "code": head and head.group(3),
        }
        body = message[head.end() :] if head else message
        place = _V2_PLACE.search(body)
        if place:
            diagnostic["file"] = _relative(place.group(1), roots)
            for key, group in (("line", 2), ("col", 3)):
                if place.group(group):
                    diagnostic[key] = int(place.group(group))
            body = body[: place.start()]
        diagnostic["message"] = gist(body, roots)
        (errors if info["level"] == "error" else warnings).append(diagnostic)
    return errors, warnings


def read_v1_events(
    events: Iterable[Mapping[str, Any]], roots: Sequence[Path]
) -> tuple[list[Diagnostic], list[Diagnostic], list[Diagnostic]]:
    """Errors, warnings and JSON-schema warnings from the events that `v1_worker.py` collected."""
    errors: list[Diagnostic] = []
    warnings: list[Diagnostic] = []
    jsonschema: list[Diagnostic] = []
    for event in events:
        if event["name"] in _V1_NOISE:
            continue
        diagnostic = v1_diagnostic(event["name"], event["code"], event["msg"], roots, event["data"])
        if event["name"] in V1_JSONSCHEMA:
            jsonschema.append(diagnostic)
        else:
            (errors if event["level"] == "error" else warnings).append(diagnostic)
    return errors, warnings, jsonschema


def v1_diagnostic(
    name: str, code: str | None, message: str, roots: Sequence[Path], data: object = None
) -> Diagnostic:
    """One event or exception of dbt Core; the file is often only named in the message."""
    text = _ANSI.sub("", message)
    diagnostic: Diagnostic = {"category": name, "code": code}
    file = None
    if isinstance(data, Mapping):
        file = data.get("file_path") or data.get("file") or data.get("path")
    if not file:
        found = (pattern.search(text) for pattern in _V1_FILES)
        file = next((match.group(1) for match in found if match), None)
    if file:
        diagnostic["file"] = _relative(file, roots)
    line = _V1_LINE.search(text)
    if line:
        diagnostic["line"] = int(line.group(1))
    diagnostic["message"] = gist(message, roots)
    return diagnostic


def read_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The effective configuration of each node: a key that the manifest lacks is lacking here too."""
    nodes: dict[str, Any] = {}
    sections = ("nodes", "sources", "exposures", "metrics", "semantic_models", "unit_tests", "snapshots")
    for section in sections:
        for unique_id, node in (manifest.get(section) or {}).items():
            _add_node(nodes, unique_id, node, enabled=True)
    for unique_id, disabled in (manifest.get("disabled") or {}).items():
        for node in disabled:
            _add_node(nodes, unique_id, node, enabled=False)
    return dict(sorted(nodes.items()))


def in_order(run: Run) -> Run:
    """The run with its lists sorted."""
    return {key: sorted(value, key=_diagnostic_key) if key in LISTS else value for key, value in run.items()}


def comparable(run: Mapping[str, Any]) -> Run:
    """The run without what differs between patch releases and from run to run.

    That is the version, and the wording of messages, in which dbt writes sets and paths.
    """
    kept = {key: value for key, value in run.items() if key not in ("version", "raw_tail")}
    for key in LISTS:
        if key in kept:
            kept[key] = sorted(
                ({name: value for name, value in found.items() if name != "message"} for found in kept[key]),
                key=_place_key,
            )
    return kept


def _add_node(nodes: dict[str, Any], unique_id: str, node: Mapping[str, Any], *, enabled: bool) -> None:
    kind = node.get("resource_type") or unique_id.split(".", 1)[0]
    if kind in ("macro", "operation", "doc", "analysis"):
        return
    config = node.get("config") or {}
    entry: dict[str, Any] = {
        "resource_type": kind,
        "path": node.get("original_file_path"),
        "fqn": node.get("fqn"),
        "enabled": enabled,
    }
    if kind == "model" and "materialized" in config:
        entry["materialized"] = config["materialized"]
    entry["config"] = {key: config[key] for key in CONFIG_KEYS if key in config}
    if config.get("meta"):
        entry["config"]["meta"] = config["meta"]
    if kind == "source":
        keys = ("freshness", "loaded_at_field", "loaded_at_query")
        entry["node"] = {key: node[key] for key in keys if key in node}
    elif node.get("freshness") is not None:
        entry["node"] = {"freshness": node["freshness"]}
    unrendered = node.get("unrendered_config") or {}
    kept = {key: unrendered[key] for key in CONFIG_KEYS if key in unrendered}
    if kept:
        entry["unrendered_config"] = kept
    nodes[unique_id] = entry


def _relative(file: str, roots: Sequence[Path]) -> str:
    for root in roots:
        file = file.replace(f"{root}/", "")
    return file


def _place_key(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    place = (diagnostic.get("file") or "", diagnostic.get("line") or 0, diagnostic.get("col") or 0)
    return (*place, diagnostic["category"])


def _diagnostic_key(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    return (*_place_key(diagnostic), diagnostic["message"])
