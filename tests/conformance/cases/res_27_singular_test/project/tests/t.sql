{{ config(freshness={'build_after': {'count': 1, 'period': 'day'}}) }}
select 1 as id where false
