"""What dbt's artifacts tell: run_results.json of earlier builds, sources.json of new data."""
