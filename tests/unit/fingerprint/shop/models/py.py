def model(dbt, session):
    """Orders."""
    dbt.config(materialized="table")  # a table
    return dbt.ref("stg_orders")
