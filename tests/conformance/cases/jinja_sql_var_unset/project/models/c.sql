{% if var('nope') %}{{ config(materialized='table') }}{% else %}{{ config(freshness={'build_after': {'count': 5, 'period': 'hour'}}) }}{% endif %}
select 1 as id
