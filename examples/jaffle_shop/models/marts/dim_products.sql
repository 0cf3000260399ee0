{{ config(freshness={'build_after': {'count': 7, 'period': 'day', 'updates_on': 'any'}}) }}

select
    product_id,
    product_name,
    product_kind,
    price
from {{ ref('stg_products') }}
