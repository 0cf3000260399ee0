def model(dbt, session):
    dbt.config(freshness={'build_after': {'count': 1, 'period': 'day'}}
    return 1
