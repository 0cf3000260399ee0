{{ config(freshness={'build_after': {'count': var('nope') or 3, 'period': 'hour'}}) }}
select 1 as id
