"""The part of a node's configuration that shapes what is built.

dbt v2 leaves out of a manifest what is null or the default, dbt Core writes both down: compared is what
differs from the defaults. Everything about when to build and how to talk about it is left out: freshness,
state, tags, meta, docs, descriptions, hooks, access, groups, severity and the like.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

BUILD_KEYS: Final = frozenset(
    {
        # every warehouse
        "materialized",
        "incremental_strategy",
        "incremental_predicates",
        "unique_key",
        "on_schema_change",
        "merge_update_columns",
        "merge_exclude_columns",
        "event_time",
        "batch_size",
        "lookback",
        "begin",
        "database",
        "catalog",
        "project",
        "schema",
        "dataset",
        "alias",
        "catalog_name",
        "grants",
        "contract",
        "columns",
        "constraints",
        "persist_docs",
        "sql_header",
        "packages",
        "submission_method",
        # seeds
        "delimiter",
        "column_types",
        "quote_columns",
        # snapshots
        "strategy",
        "check_cols",
        "updated_at",
        "hard_deletes",
        "invalidate_hard_deletes",
        "dbt_valid_to_current",
        "snapshot_meta_column_names",
        "target_schema",
        "target_database",
        # by warehouse
        "partition_by",
        "cluster_by",
        "clustered_by",
        "liquid_clustered_by",
        "auto_liquid_cluster",
        "buckets",
        "partitions",
        "file_format",
        "table_format",
        "table_type",
        "format",
        "location",
        "location_root",
        "base_location_root",
        "base_location_subpath",
        "external_volume",
        "storage_uri",
        "tblproperties",
        "table_properties",
        "properties",
        "transient",
        "automatic_clustering",
        "secure",
        "copy_grants",
        "target_lag",
        "snowflake_warehouse",
        "refresh_mode",
        "initialize",
        "row_access_policy",
        "table_tag",
        "require_partition_filter",
        "partition_expiration_days",
        "hours_to_expiration",
        "kms_key_name",
        "labels",
        "resource_tags",
        "enable_refresh",
        "refresh_interval_minutes",
        "max_staleness",
        "sort",
        "sort_type",
        "dist",
        "bind",
        "backup",
        "auto_refresh",
        "unlogged",
        "indexes",
        "engine",
        "order_by",
        "primary_key",
        "sharding_key",
        "ttl",
        "settings",
        "query_settings",
        "on_configuration_change",
        "databricks_tags",
        "schedule",
        "options",
        "s3_data_dir",
        "s3_data_naming",
        "partitioned_by",
        "bucketed_by",
        "bucket_count",
    }
)
"""Keys of ``config`` with which dbt, or one of its adapters, builds something else."""

_DEFAULTS: Final[Mapping[str, tuple[object, ...]]] = {
    "materialized": ("view",),
    "on_schema_change": ("ignore",),
    "on_configuration_change": ("apply",),
    "lookback": (1,),
    "delimiter": (",",),
    "hard_deletes": ("ignore",),
    "sort_type": ("compound",),
}
"""What dbt Core writes down where nothing is set, and v2 leaves out. Lower case."""
_BY_KIND: Final = {"seed": "seed", "snapshot": "snapshot", "test": "test"}


def build_config(config: Mapping[str, object], unique_id: str) -> dict[str, object]:
    """What counts of a configuration: by key, in one form for all versions of dbt.

    ``materialized`` of seeds, snapshots and tests goes without saying, and v2 does not say it.
    """
    found: dict[str, object] = {}
    for key in config.keys() & BUILD_KEYS:
        value = _plain(config[key])
        if key == "column_types" and isinstance(value, dict):  # v2 folds the names for the warehouse
            value = {column.lower(): one for column, one in value.items()}
        if isinstance(value, str) and key in _WORDS:
            value = value.lower()
        if _is_set(value) and value not in _DEFAULTS.get(key, ()):
            found[key] = value
    if found.get("materialized") == _BY_KIND.get(unique_id.partition(".")[0], ""):
        del found["materialized"]
    if "contract" in found and not _is_enforced(found["contract"]):
        del found["contract"]
    if "contract" not in found:
        for key in ("columns", "constraints"):  # only a contract makes them part of the table
            found.pop(key, None)
    return found


def config_text(config: Mapping[str, object]) -> str:
    """What counts as one text."""
    return json.dumps(config, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)


_WORDS: Final = frozenset(
    {"materialized", "incremental_strategy", "on_schema_change", "on_configuration_change", "strategy"}
)


_FLAGS: Final = {"true": True, "false": False}


def _plain(value: object) -> object:
    """A value without what is null or False in maps, however deep.

    Versions of dbt write whole numbers as ``1`` or ``1.0``, flags also as text, and midnight as a date or
    a moment.
    """
    if isinstance(value, Mapping):
        inner = {str(key): _plain(one) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one is not None and one is not False}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return _FLAGS.get(value.lower(), value.removesuffix("T00:00:00"))
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _is_set(value: object) -> bool:
    return value is not None and value is not False and value not in ("", [], {})


def _is_enforced(contract: object) -> bool:
    return isinstance(contract, Mapping) and bool(contract.get("enforced"))
