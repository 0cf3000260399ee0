"""How dbt dates the sources of a manifest, and which it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stateaware.artifacts.shapes import table
from stateaware.plan.measured import How, Version
from stateaware.rules.dating import WITHOUT_METADATA

if TYPE_CHECKING:
    from stateaware.artifacts.manifest import Manifest


def ways(manifest: Manifest) -> Iterator[tuple[str, How]]:
    """By what each source would be measured."""
    for unique_id, entry in manifest.group("sources"):
        yield unique_id, _way(entry)


def _way(entry: dict[str, Any]) -> How:
    # some versions of dbt write what is set below `config` only there
    if _either(entry, "loaded_at_query"):
        return "loaded_at_query"
    return "loaded_at_field" if _either(entry, "loaded_at_field") else "metadata"


def _either(entry: dict[str, Any], key: str) -> object:
    return entry.get(key) or table(entry.get("config")).get(key)


def undated(manifest: Manifest) -> Iterator[tuple[str, Version]]:
    """The sources that nothing dates, each with the reason in place of a version."""
    made = {
        entry.get("relation_name")
        for _, entry in manifest.group("nodes")
        if table(entry.get("config")).get("materialized") == "view"
        and isinstance(entry.get("relation_name"), str)
    }
    for unique_id, entry in manifest.group("sources"):
        if _way(entry) != "metadata":
            continue
        relation = entry.get("relation_name")
        if "freshness" in entry and _either(entry, "freshness") is None:
            yield unique_id, Version(None, "opted out")
        elif isinstance(relation, str) and relation in made:
            yield unique_id, Version(None, "view")
        elif manifest.adapter.lower() in WITHOUT_METADATA:
            yield unique_id, Version(None, "failed")
