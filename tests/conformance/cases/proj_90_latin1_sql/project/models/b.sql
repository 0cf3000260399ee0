{{ config(freshness={'build_after': {'count': 1, 'period': 'day'}}) }}
select 'café' as id
