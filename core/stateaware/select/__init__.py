"""dbt's node selection: ``--select``, ``--exclude``, ``--selector`` and selectors.yml, without dbt."""
