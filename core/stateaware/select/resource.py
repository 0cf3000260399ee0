"""What a selection can name, as far as selecting needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stateaware.records import dataclass, field

TYPES: Final = (
    "model",
    "seed",
    "snapshot",
    "source",
    "test",
    "unit_test",
    "exposure",
    "metric",
    "semantic_model",
    "saved_query",
    "analysis",
    "function",
    "operation",
)


@dataclass(frozen=True, slots=True)
class Resource:
    """One node, source, exposure, metric or test, under the names that dbt's manifest has for it.

    Args:
        unique_id: the key in the manifest.
        resource_type: one of `TYPES`; ``test`` is a data test, generic or singular.
        name: the last name; a source table's without its source.
        fqn: with the package first.
        path: ``original_file_path``: relative to the package, forward slashes; for a package in a folder
            of its own that is relative to that folder, as in the manifest.
        package: ``package_name``.
        tags: ``tags``, those of its configuration included.
        config: ``config``, nested maps and lists as they are.
        source_name: of a source table.
        version: as text; empty where it is not versioned.
        latest_version: as text; empty where it is not versioned.
        parents: unique_ids of ``depends_on.nodes``, whether they are selectable or not.
        access: of a model.
        group: ``config.group``.
        test_name: ``test_metadata.name`` of a generic test: without it a test is singular.
        attached_node: the unique_id of the model that a generic test stands under.
        patch_path: the properties file, relative to the package (``patch_path`` after ``://``).
        enabled: dbt leaves out what is not.
        empty: a model's code is blank, so that dbt leaves it out of what is selected.
    """

    unique_id: str
    resource_type: str
    name: str
    fqn: tuple[str, ...]
    path: str
    package: str
    tags: frozenset[str] = frozenset()
    config: Mapping[str, object] = field(default_factory=dict)
    source_name: str = ""
    version: str = ""
    latest_version: str = ""
    parents: tuple[str, ...] = ()
    access: str = ""
    group: str = ""
    test_name: str = ""
    attached_node: str = ""
    patch_path: str = ""
    enabled: bool = True
    empty: bool = False
