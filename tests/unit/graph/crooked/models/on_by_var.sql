{{ config(enabled=var('deep')) }}
{% if var('deep') %}{{ config(materialized='table') }}{% else %}{{ config(materialized='incremental') }}{% endif %}
select * from {{ ref('base') }} -- {{ ref('other') }}
{# {{ ref('codes') }} #}
