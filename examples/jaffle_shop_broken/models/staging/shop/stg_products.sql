select
    id as product_id,
    name as product_name,
    kind as product_kind,
    cast(price as decimal(10, 2)) as price
from {{ source('shop', 'products') }}
