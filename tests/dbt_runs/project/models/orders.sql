{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }}
select id, {{ cents('amount') }} as cents from {{ ref('inline_orders') }}
