{% set f = {'build_after': {'count': 4, 'period': 'hour'}} %}
{{ config(freshness=f) }}
{{ exceptions.raise_compiler_error('no') }}
select 1
