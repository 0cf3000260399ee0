"""How a source table's last load is found out, and where nothing tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Effective
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.project.artifacts import SourceView, read_source_views, target_path
from stateaware.rules.once import once_per_project
from stateaware.rules.spans_of_time import seconds
from stateaware.rules.windows import build_after, own_models, state
from stateaware.syntax.tree import Mapping, Scalar

if TYPE_CHECKING:
    from stateaware.graph.nodes import SourceNode
    from stateaware.workspace import Project

WITHOUT_METADATA: Final = frozenset(
    {"athena", "clickhouse", "duckdb", "materialize", "postgres", "risingwave", "spark", "trino"}
)
"""Adapters that cannot ask the warehouse when a table was last loaded.

dbt documents that Snowflake, Redshift, BigQuery and Databricks can; of others it is not known here.
"""


@once_per_project
def source_views(project: Project) -> dict[str, SourceView]:
    """The sources that dbt's artifacts show to be views, by unique_id; read when first asked for."""
    return read_source_views(project.root, target_path(project.project_file, project.contexts.env))


@once_per_project
def is_state_aware(project: Project) -> bool:
    """Whether any of the project's own models has a `build_after` that makes it wait, or a `state`."""
    for model in own_models(project):
        rules = build_after(model)
        if rules is not None and ((seconds(rules) or 0) > 0 or rules.get("updates_on") == "all"):
            return True
        if state(model) is not None:
            return True
    return False


def is_undated(node: SourceNode, effective: dict[str, Effective]) -> bool:
    """Whether dbt has only the warehouse's metadata for a table: it has no loaded_at, and did not opt out."""
    freshness = effective.get(FRESHNESS)
    if freshness is None or node.config is None or node.config.conflict is not None or _disabled(node):
        return False
    if freshness.value is None:  # opted out, or unknown
        return False
    for key in (LOADED_AT_FIELD, LOADED_AT_QUERY):
        found = effective.get(key)
        if found is not None and (found.value or found.unknown is not None):
            return False
        if found is not None and any(setting.block.presence == "invalid" for setting in found.order):
            return False
    return True


def has_threshold(effective: dict[str, Effective]) -> bool:
    """Whether a complete `warn_after` or `error_after` is in force."""
    keys = (f"{FRESHNESS}.warn_after", f"{FRESHNESS}.error_after")
    return any(key in effective and seconds(effective[key].value) is not None for key in keys)


def _disabled(node: SourceNode) -> bool:
    """Whether `enabled` is written for the table or its source as anything but a plain true."""
    for written in (node.table, node.entry.node):
        config = written.value("config")
        enabled = config.value("enabled") if isinstance(config, Mapping) else None
        if enabled is not None and (not isinstance(enabled, Scalar) or enabled.text.lower() != "true"):
            return True
    return False
