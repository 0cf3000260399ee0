select
    id as store_id,
    name as store_name,
    cast(opened_on as date) as opened_on,
    cast(tax_rate as decimal(5, 4)) as tax_rate
from {{ source('shop', 'stores') }}
