"""The keys that dbt v2 knows, by the place where they stand: data, for the rules of group ``dbt-compat``.

Made from the JSON Schemas that the program itself prints (``dbt man --schema schema project``, version
2.0.0-preview.196), with the aliases that it accepts besides (``dataset``, ``project``, ``data_space`` and
``pre-hook``/``post-hook``), each tried by running it. Values that the program reads freely have no entry in
`INSIDE`, so nothing is said about keys in them.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHARED_CONFIG: Final = _words(
    """
    adapter_properties as_columnstore auto_liquid_cluster auto_refresh automatic_clustering backup
    base_location_root base_location_subpath batch_id bind buckets catalog catalog_name category
    change_tracking cluster_by clustered_by compression copy_grants copy_tags
    data_retention_time_in_days databricks_compute databricks_tags dataproc_cluster_name description
    dist enable_list_inference enable_refresh enabled external_volume file_format grant_access_to
    hours_to_expiration iceberg_version immutable_where include_full_name_in_path
    incremental_apply_config_changes indexes initialize intermediate_format jar_file_uri
    job_execution_timeout_seconds kms_key_name labels labels_from_meta liquid_clustered_by location_root
    matched_condition max_data_extension_time_in_days max_staleness merge_with_schema_evolution meta
    not_matched_by_source_action not_matched_by_source_condition not_matched_condition
    notebook_template_id partition_by partition_expiration_days partitions primary_key query_tag
    refresh_interval_minutes refresh_mode refresh_warehouse require_partition_filter reservation
    resource_tags row_access_policy schedule scheduler secure skip_matched_step skip_not_matched_step
    snowflake_initialization_warehouse snowflake_warehouse sort sort_type source_alias static_analysis
    storage_serialization_policy storage_uri table_tag table_type tags target_alias target_file_size
    target_lag tblproperties timeout tmp_relation_type transient use_safer_relation_operations
    use_uniform view_update_via_alter
    """
)

_SHARED_TREE: Final = _SHARED_CONFIG - _words(
    """
    batch_id category change_tracking data_retention_time_in_days dataproc_cluster_name description
    enable_list_inference iceberg_version incremental_apply_config_changes intermediate_format
    jar_file_uri max_data_extension_time_in_days notebook_template_id primary_key resource_tags
    storage_serialization_policy storage_uri target_file_size timeout use_safer_relation_operations
    use_uniform view_update_via_alter
    """
)

KEYS: Final[dict[str, frozenset[str]]] = {
    "properties file": _words(
        """
        analyses anchors data_tests exposures functions groups macros metrics models saved_queries seeds
        semantic_models snapshots sources tests unit_tests version
        """
    ),
    "model": _words(
        """
        agg_time_dimension columns config constraints data_tests deprecation_date derived_semantics
        description identifier latest_version metrics name primary_entity semantic_model
        static_analysis_off_reason tests time_spine versions
        """
    ),
    "version": _words(
        """
        access columns config constraints data_tests defined_in deprecation_date description tests v
        """
    ),
    "column": _words(
        """
        classifiers column_mask config constraints data_tests data_type databricks_tags description
        dimension entity granularity name policy_tags quote tests
        """
    ),
    "version column": _words(
        """
        column_mask config constraints data_tests data_type databricks_tags description dimension entity
        exclude granularity include name policy_tags quote tests
        """
    ),
    "source": _words(
        """
        catalog config data_space database dataset description loader name project quoting schema tables
        """
    ),
    "table": _words(
        """
        columns config data_tests description external identifier loader name quoting tests
        """
    ),
    "seed": _words(
        """
        columns config data_tests description name static_analysis_off_reason tests
        """
    ),
    "snapshot": _words(
        """
        columns config data_tests description name relation static_analysis_off_reason tests
        """
    ),
    "exposure": _words(
        """
        config depends_on description label maturity name owner type url
        """
    ),
    "analysis": _words(
        """
        columns config description name static_analysis_off_reason
        """
    ),
    "unit test": _words(
        """
        config description expect given model name overrides static_analysis_off_reason versions
        """
    ),
    "data test": _words(
        """
        config description name static_analysis_off_reason
        """
    ),
    "group": _words(
        """
        config description name owner
        """
    ),
    "macro": _words(
        """
        arguments config description docs meta name
        """
    ),
    "model config": _SHARED_CONFIG
    | _words(
        """
        access additional_libs alias batch_size begin classifiers cluster_id column_types compute
        concurrent_batches contract create_notebook data_space database dataset docs event_time
        external_access_integrations freshness full_refresh grants group http_path imports
        incremental_predicates incremental_strategy index_url job_cluster_config latest_version_pointer
        location lookback materialized merge_exclude_columns merge_update_columns
        on_configuration_change on_error on_schema_change packages persist_docs post_hook pre_hook
        predicates project python_job_config python_version quoting schema secrets sql_header state
        submission_method sync table_format unique_key use_anonymous_sproc user_folder_for_python
        """
    ),
    "source config": _SHARED_CONFIG
    | _words(
        """
        event_time external_location formatter freshness loaded_at_field loaded_at_query schema_origin
        sync
        """
    ),
    "table config": _words(
        """
        enabled event_time external_location formatter freshness loaded_at_field loaded_at_query meta
        schema_origin sync tags
        """
    ),
    "seed config": _SHARED_CONFIG
    | _words(
        """
        alias column_types data_space database dataset delimiter docs event_time full_refresh grants
        group materialized persist_docs post-hook post_hook pre-hook pre_hook project quote_columns
        quoting schema
        """
    ),
    "snapshot config": _SHARED_CONFIG
    | _words(
        """
        alias check_cols compute data_space database dataset dbt_valid_to_current docs event_time
        full_refresh grants group hard_deletes invalidate_hard_deletes materialized persist_docs
        post-hook post_hook pre-hook pre_hook project quote_columns quoting schema
        snapshot_meta_column_names strategy sync target_database target_schema unique_key updated_at
        """
    ),
    "exposure config": _words(
        """
        enabled meta tags
        """
    ),
    "analysis config": _words(
        """
        description docs enabled group meta static_analysis tags
        """
    ),
    "unit test config": _SHARED_CONFIG
    | _words(
        """
        compute
        """
    ),
    "data test config": _SHARED_CONFIG
    | _words(
        """
        alias compute data_space database dataset error_if fail_calc full_refresh group limit
        materialized project quoting schema severity sql_header store_failures store_failures_as warn_if
        where
        """
    ),
    "column config": _words(
        """
        databricks_tags meta policy_tags tags
        """
    ),
    "group config": _words(
        """
        meta
        """
    ),
    "macro config": _words(
        """
        docs meta
        """
    ),
    "project file": _words(
        """
        analyses analysis-paths asset-paths clean-targets config-version data_tests dbt-cloud dispatch
        docs-paths exposures flags function-paths functions log-path macro-paths metrics model-paths
        models name on-run-end on-run-start packages-install-path profile query-comment quoting
        require-dbt-version restrict-access saved-queries seed-paths seeds semantic-models
        snapshot-paths snapshots sources sync target-path test-paths tests unit_tests vars version
        """
    ),
    "docs": _words(
        """
        node_color show
        """
    ),
    "contract": _words(
        """
        alias_types checksum enforced
        """
    ),
    "persist_docs": _words(
        """
        columns relation
        """
    ),
    "quoting": _words(
        """
        database identifier schema snowflake_ignore_case
        """
    ),
    "constraint": _words(
        """
        expression name to to_columns type warn_unenforced warn_unsupported
        """
    ),
    "time spine": _words(
        """
        custom_granularities standard_granularity_column
        """
    ),
    "model constraint": _words(
        """
        columns expression name to to_columns type warn_unenforced warn_unsupported
        """
    ),
}

TREE_KEYS: Final[dict[str, frozenset[str]]] = {
    "models": _SHARED_TREE
    | _words(
        """
        access additional_libs alias batch_id batch_size begin category change_tracking classifiers
        cluster_id column_types compute concurrent_batches contract create_notebook
        data_retention_time_in_days data_space database dataproc_cluster_name dataset description docs
        enable_list_inference event_time external_access_integrations freshness full_refresh grants
        group http_path iceberg_version imports incremental_apply_config_changes incremental_predicates
        incremental_strategy index_url intermediate_format jar_file_uri job_cluster_config
        latest_version_pointer location lookback materialized max_data_extension_time_in_days
        merge_exclude_columns merge_update_columns notebook_template_id on_configuration_change on_error
        on_schema_change packages persist_docs post-hook pre-hook predicates primary_key project
        python_job_config python_version quoting resource_tags schema secrets sql_header state
        storage_serialization_policy storage_uri submission_method sync table_format target_file_size
        timeout unique_key use_anonymous_sproc use_safer_relation_operations use_uniform
        user_folder_for_python view_update_via_alter
        """
    ),
    "sources": _words(
        """
        as_columnstore auto_liquid_cluster auto_refresh backup bind buckets catalog catalog_name
        cluster_by clustered_by compression databricks_compute databricks_tags dist enable_refresh
        enabled event_time external_location file_format formatter freshness grant_access_to
        hours_to_expiration include_full_name_in_path indexes job_execution_timeout_seconds kms_key_name
        labels labels_from_meta liquid_clustered_by loaded_at_field loaded_at_query location_root
        matched_condition max_staleness merge_with_schema_evolution meta not_matched_by_source_action
        not_matched_by_source_condition not_matched_condition partition_by partition_expiration_days
        partitions refresh_interval_minutes require_partition_filter reservation schedule schema_origin
        skip_matched_step skip_not_matched_step sort sort_type source_alias static_analysis sync
        table_type tags target_alias tblproperties
        """
    ),
    "seeds": _SHARED_TREE
    | _words(
        """
        alias column_types data_space database dataset delimiter docs event_time full_refresh grants
        group persist_docs post-hook pre-hook project quote_columns quoting schema
        """
    ),
    "snapshots": _SHARED_TREE
    | _words(
        """
        alias check_cols compute data_space database dataset dbt_valid_to_current docs event_time
        full_refresh grants group hard_deletes invalidate_hard_deletes materialized persist_docs
        post-hook pre-hook project quote_columns quoting schema snapshot_meta_column_names strategy sync
        target_database target_schema unique_key updated_at
        """
    ),
    "tests": _SHARED_TREE
    | _words(
        """
        alias compute data_space database dataset error_if fail_calc full_refresh group limit project
        quoting schema severity sql_header store_failures store_failures_as warn_if where
        """
    ),
    "unit_tests": _SHARED_TREE
    | _words(
        """
        compute
        """
    ),
    "exposures": _words(
        """
        enabled meta tags
        """
    ),
    "analyses": _words(
        """
        docs enabled group meta static_analysis tags
        """
    ),
    "metrics": _words(
        """
        enabled group meta tags
        """
    ),
    "semantic-models": _words(
        """
        enabled group meta tags
        """
    ),
    "saved-queries": _words(
        """
        cache enabled export_as group meta schema tags
        """
    ),
    "functions": _words(
        """
        access alias database description docs enabled entry_point grants group meta
        on_configuration_change packages project quoting runtime_version schema snowflake
        static_analysis tags type volatility
        """
    ),
}

TREE_OF: Final = {**{tree: tree for tree in TREE_KEYS}, "data_tests": "tests"}
"""Top-level keys of dbt_project.yml that hold a tree, with the name of its keys in `TREE_KEYS`."""

SECTION_SHAPES: Final = {
    "models": "model",
    "sources": "source",
    "seeds": "seed",
    "snapshots": "snapshot",
    "exposures": "exposure",
    "analyses": "analysis",
    "unit_tests": "unit test",
    "data_tests": "data test",
    "tests": "data test",
    "groups": "group",
    "macros": "macro",
}
"""The lists of a properties file, with the shape of their items; of others nothing is said."""

_IN_CONFIG: Final = {
    "docs": "docs",
    "contract": "contract",
    "persist_docs": "persist_docs",
    "quoting": "quoting",
}

INSIDE: Final[dict[str, dict[str, str]]] = {
    "properties file": SECTION_SHAPES,
    "model": {
        "config": "model config",
        "columns": "column",
        "versions": "version",
        "constraints": "model constraint",
        "time_spine": "time spine",
    },
    "version": {"config": "model config", "columns": "version column", "constraints": "model constraint"},
    "column": {"config": "column config", "constraints": "constraint"},
    "version column": {"config": "column config", "constraints": "constraint"},
    "source": {"config": "source config", "tables": "table", "quoting": "quoting"},
    "table": {"config": "table config", "columns": "column", "quoting": "quoting"},
    "seed": {"config": "seed config", "columns": "column"},
    "snapshot": {"config": "snapshot config", "columns": "column"},
    "exposure": {"config": "exposure config"},
    "analysis": {"config": "analysis config", "columns": "column"},
    "unit test": {"config": "unit test config"},
    "data test": {"config": "data test config"},
    "group": {"config": "group config"},
    "macro": {"config": "macro config"},
    "model config": _IN_CONFIG,
    "seed config": _IN_CONFIG,
    "snapshot config": _IN_CONFIG,
}
"""The shape of the maps below a key, or of the items of a list there."""
