"""What a selection can name of a manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from stateaware.artifacts.manifest import GROUPS
from stateaware.artifacts.shapes import depends_on, table, text, texts
from stateaware.select.resource import TYPES, Resource
from stateaware.select.selectors import Selectors, read_selectors

if TYPE_CHECKING:
    from stateaware.artifacts.manifest import Manifest

_TYPES: Final = frozenset(TYPES)
_ALSO: Final = {"sql_operation": "operation"}


def read_resources(manifest: Manifest) -> Iterator[Resource]:
    """Each entry of a kind that dbt can select."""
    for name in GROUPS:
        for unique_id, entry in manifest.group(name):
            yield from _resource(unique_id, entry)
    for unique_id, entry in manifest.disabled():
        yield from _resource(unique_id, entry, enabled=False)


def _resource(unique_id: str, entry: dict[str, Any], *, enabled: bool = True) -> Iterator[Resource]:
    kind = text(entry.get("resource_type")) or unique_id.partition(".")[0]
    kind = _ALSO.get(kind, kind)
    if kind not in _TYPES:
        return
    config = table(entry.get("config"))
    yield Resource(
        unique_id,
        kind,
        text(entry.get("name")),
        texts(entry.get("fqn")),
        text(entry.get("original_file_path")).replace("\\", "/"),
        text(entry.get("package_name")),
        # to dbt the tags of a metric's configuration are not its own, and a unit test has no others
        frozenset(texts(config.get("tags") if kind == "unit_test" else entry.get("tags"))),
        config,
        source_name=text(entry.get("source_name")),
        version=_version(entry.get("version")),
        latest_version=_version(entry.get("latest_version")),
        parents=depends_on(entry, "nodes"),
        access=text(entry.get("access")) or text(config.get("access")),
        group=text(config.get("group")),  # beside it a test names the group of what it tests
        test_name=text(table(entry.get("test_metadata")).get("name")),
        attached_node=text(entry.get("attached_node")),
        patch_path=text(entry.get("patch_path")).partition("://")[2].replace("\\", "/"),
        enabled=enabled,
        empty=kind == "model" and text(entry.get("raw_code")).strip() == "",
    )


def _version(value: object) -> str:
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def read_manifest_selectors(manifest: Manifest) -> Selectors:
    """The selectors that dbt has read; what they inherit stands in them already.

    Raises:
        SelectionError: one of them is not as dbt writes it.
    """
    found = [entry for _, entry in manifest.group("selectors")]
    if not found:
        return Selectors()
    return read_selectors(json.dumps({"selectors": found}), str, f"{manifest.path}: selectors")
