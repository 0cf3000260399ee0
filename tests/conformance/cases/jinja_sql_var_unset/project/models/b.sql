{% if var('nope') %}{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }}{% endif %}
select 1 as id
