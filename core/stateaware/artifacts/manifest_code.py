"""The code of a manifest's nodes, with the macros of the project and its packages that each uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from stateaware.artifacts.shapes import depends_on, maybe_text, table, text
from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.seeds import recorded_version

if TYPE_CHECKING:
    from stateaware.artifacts.manifest import Manifest

_KINDS: Final = frozenset({"model", "seed", "snapshot", "test", "unit_test"})
_ADAPTERS: Final = (
    "athena",
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "fabric",
    "fabricspark",
    "postgres",
    "redshift",
    "salesforce",
    "snowflake",
    "spark",
    "sqlserver",
    "synapse",
    "trino",
)
"""Adapters whose package of macros is ``dbt_`` with the name; that of the manifest comes to these."""


def read_code(manifest: Manifest, root: Path | None) -> Iterator[NodeCode]:
    """The code of each node that is built."""
    macros = _Macros(manifest)
    engine = manifest.dbt_version.partition(".")[0]
    for unique_id, entry in manifest.group("nodes"):
        kind = text(entry.get("resource_type"))
        if kind not in _KINDS:
            continue
        seed = kind == "seed"
        compiled = maybe_text(entry.get("compiled_code"))
        yield NodeCode(
            unique_id,
            language=text(entry.get("language")) or "sql",
            raw=_seed(entry, manifest, root) if seed else maybe_text(entry.get("raw_code")),
            compiled=None if seed else compiled,
            relation=maybe_text(entry.get("relation_name")),
            config=node_config(entry),
            macros=macros.used(depends_on(entry, "macros")),
            engine=engine,
        )


def node_config(entry: dict[str, Any]) -> dict[str, Any]:
    """A node's configuration; with an enforced contract also what its table is then made with."""
    config = table(entry.get("config"))
    if table(config.get("contract")).get("enforced") is not True:
        return config
    columns = [
        {"name": text(column.get("name")), "type": column.get("data_type"), "rules": _rules(column)}
        for column in map(table, table(entry.get("columns")).values())
    ]
    return {**config, "columns": columns, "constraints": _rules(entry)}


def _rules(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The constraints of a node or a column, without what says how to warn of them."""
    written = entry.get("constraints")
    return [
        {key: value for key, value in table(one).items() if value and not key.startswith("warn_")}
        for one in (written if isinstance(written, list) else ())
    ]


def _seed(entry: dict[str, Any], manifest: Manifest, root: Path | None) -> str | None:
    """The version of a seed's file: dbt Core has a path for a file above 1 MiB, and then it is not known."""
    checksum = table(entry.get("checksum"))
    if checksum.get("name") != "sha256" or not isinstance(checksum.get("checksum"), str):
        return None
    place = PurePosixPath(text(entry.get("original_file_path")).replace("\\", "/"))
    own = entry.get("package_name") == manifest.project_name
    if root is None or not own or place.is_absolute() or ".." in place.parts or not place.name:
        return f"dbt:{checksum['checksum']}"
    return recorded_version(checksum, root / place) or f"dbt:{checksum['checksum']}"


class _Macros:
    """The macros of a manifest, and which others each reaches."""

    def __init__(self, manifest: Manifest) -> None:
        self._entries = dict(manifest.group("macros"))
        names = {*_ADAPTERS, manifest.adapter}
        self._internal = frozenset({"dbt", *(f"dbt_{name}" for name in names if name)})
        self._reached: dict[str, frozenset[str]] = {}

    def used(self, unique_ids: Iterable[str]) -> tuple[str, ...]:
        """The texts of the macros that are reached, in the order of their unique_ids.

        What dbt's own macros call of the project's counts, they themselves do not.
        """
        reached: set[str] = set()
        for unique_id in unique_ids:
            reached |= self._from(unique_id)
        return tuple(text(self._entries[one].get("macro_sql")) for one in sorted(reached))

    def _from(self, unique_id: str) -> frozenset[str]:
        known = self._reached.get(unique_id)
        if known is not None:
            return known
        seen: set[str] = set()
        todo = [unique_id]
        while todo:
            one = todo.pop()
            if one not in seen and one in self._entries:
                seen.add(one)
                todo += depends_on(self._entries[one], "macros")
        packages = {one: text(self._entries[one].get("package_name")) for one in seen}
        found = frozenset(one for one, package in packages.items() if package not in self._internal)
        self._reached[unique_id] = found
        return found
