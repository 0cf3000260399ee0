{% set n = nosuch(1) + 1 %}
{{ config(freshness={'build_after': {'count': n, 'period': 'hour'}}) }}
select 1
