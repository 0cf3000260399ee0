{{ config(freshness={'build_after': {'updates_on': 'all'}}) }}

select
    product_id,
    product_name,
    product_kind,
    price
from {{ ref('stg_products') }}
