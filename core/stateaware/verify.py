"""Holds our values against a manifest that dbt wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from stateaware.config.profiles import PROFILES, EngineName
from stateaware.errors import UsageError
from stateaware.project.files import MAX_FILE_BYTES
from stateaware.records import dataclass
from stateaware.report.resolution import SCHEMA_VERSION, resolution
from stateaware.text.pieces import Line, Piece
from stateaware.workspace import Project

KEYS: Final = ("freshness", "state", "loaded_at_field", "loaded_at_query")
_MISSING: Final = "no such node"
_THERE: Final = "there"
_MAX_MANIFEST_BYTES: Final = 16 * MAX_FILE_BYTES


@dataclass(frozen=True, slots=True)
class Manifest:
    """The models and sources of a manifest: unique_id to what it holds of our keys."""

    path: Path
    dbt_version: str
    project: str
    nodes: dict[str, dict[str, Any]]

    @property
    def engine(self) -> EngineName:
        """The profile of the engine that wrote it."""
        return "core" if self.dbt_version.startswith(("0.", "1.")) else "fusion"


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.json.

    Raises:
        UsageError: it cannot be read, or is no manifest.
    """
    try:
        if path.stat().st_size > _MAX_MANIFEST_BYTES:
            raise UsageError(f"{path} is larger than {_MAX_MANIFEST_BYTES // 2**20} MiB")
        document = json.loads(path.read_bytes())
    except OSError as error:
        remedy = "dbt parse writes target/manifest.json; or name one: --manifest FILE"
        raise UsageError(f"cannot read {path}: {(error.strerror or str(error)).lower()}", remedy) from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is not JSON", "dbt parse writes it anew.") from None
    try:
        version = str(document["metadata"]["dbt_version"])
        name = str(document["metadata"].get("project_name") or "")
        nodes = dict(_nodes(document))
    except (AttributeError, KeyError, TypeError):
        raise UsageError(f"{path} is no manifest of dbt", "dbt parse writes one.") from None
    return Manifest(path, version, name, nodes)


def chosen_engine(manifest: Manifest, wanted: str | None) -> tuple[EngineName, str]:
    """The engine under which to compare with a manifest, and a note for the user.

    Args:
        manifest: says by its version which engine wrote it.
        wanted: the engine that was asked for, if one was.

    Raises:
        UsageError: another dbt than the one that was asked for wrote the manifest.
    """
    if wanted is None or wanted == manifest.engine:
        return manifest.engine, ""
    written = f"{manifest.path} was written by dbt {manifest.dbt_version}"
    if wanted == "documented":
        note = "compared with what the documentation says, so that differences need not be mistakes of either"
        return "documented", f"{written}; {note}"
    asked, other = PROFILES[wanted].title, PROFILES[manifest.engine].title
    raise UsageError(
        f"{written}, which is {other}, and --engine {wanted} stands for {asked}",
        f"Leave out --engine, or let {asked} write a manifest and name it: --manifest FILE",
    )


def _nodes(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for section in ("nodes", "sources"):
        yield from ((uid, _ours(node)) for uid, node in document[section].items() if _relevant(uid))
    for uid, nodes in (document.get("disabled") or {}).items():
        if _relevant(uid) and nodes:
            yield uid, _ours(nodes[0])


def _relevant(unique_id: str) -> bool:
    return unique_id.startswith(("model.", "source."))


def _ours(node: dict[str, Any]) -> dict[str, Any]:
    config = node.get("config") or {}
    return {key: config[key] for key in KEYS if config.get(key) is not None}


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs. Key ``node``: one of the two has no such node."""

    node: str
    key: str
    ours: Any
    dbts: Any
    origin: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out. ``undecided`` are values that we call unknown: no difference, but no agreement."""

    project: Project
    manifest: Manifest
    compared: int
    differences: tuple[Difference, ...]
    undecided: tuple[tuple[str, str, str], ...]

    def lines(self) -> Iterator[Line]:
        """For people: each difference with both values and our origin, then one line of sums."""
        for one in self.differences:
            yield Piece(one.node, "strong"), Piece(f"  {one.key}")
            yield Piece("  stateaware  "), Piece(_show(one.ours), "warning"), Piece(_where(one.origin), "dim")
            yield Piece("  dbt         "), Piece(_show(one.dbts), "warning")
        for node, key, reason in self.undecided:
            yield Piece(node, "strong"), Piece(f"  {key}  not decided: {reason}")
        count = len(self.differences)
        said = "the same as dbt" if not count else f"{count} difference{'' if count == 1 else 's'} from dbt"
        yield (
            Piece(f"{self.compared} nodes, "),
            Piece(f"{said} {self.manifest.dbt_version}", "error" if count else "passed"),
            Piece(f" ({self.project.profile.title})"),
        )

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {
            "schema_version": SCHEMA_VERSION,
            "engine": self.project.profile.name,
            "dbt_version": self.manifest.dbt_version,
            "project": self.project.name,
            "compared": self.compared,
            "differences": [
                {"node": d.node, "key": d.key, "stateaware": d.ours, "dbt": d.dbts, "origin": d.origin}
                for d in self.differences
            ],
            "undecided": [{"node": n, "key": k, "reason": reason} for n, k, reason in self.undecided],
        }


def compare(project: Project, manifest: Manifest) -> Comparison:
    """Compare every model and source of a project with a manifest.

    Raises:
        UsageError: the manifest is of another project.
    """
    if manifest.project and manifest.project != project.name:
        raise UsageError(
            f"{manifest.path} is of the project `{manifest.project}`, not of `{project.name}`",
            "Name the right one: --manifest FILE, or --project-dir DIR",
        )
    ours = resolution(project)["nodes"]
    differences: list[Difference] = []
    undecided: list[tuple[str, str, str]] = []
    for unique_id in sorted(ours.keys() | manifest.nodes.keys()):
        mine, theirs = ours.get(unique_id), manifest.nodes.get(unique_id)
        if mine is None or theirs is None:
            ours_said, dbts_said = (_MISSING if node is None else _THERE for node in (mine, theirs))
            differences.append(Difference(unique_id, "node", ours_said, dbts_said, None))
            continue
        for key in KEYS:
            value, expected = mine["config"].get(key), theirs.get(key)
            if isinstance(value, dict) and value.get("unknown") is True:
                undecided.append((unique_id, key, value["reason"]))
            elif value != expected:
                differences.append(Difference(unique_id, key, value, expected, mine["origins"].get(key)))
    return Comparison(project, manifest, len(ours), tuple(differences), tuple(undecided))


def _show(value: Any) -> str:
    return str(value) if value in (_MISSING, _THERE) else json.dumps(value, ensure_ascii=False)


def _where(origin: dict[str, Any] | None) -> str:
    return f"   {origin['file']}:{origin['line']} ({origin['layer']})" if origin else ""
