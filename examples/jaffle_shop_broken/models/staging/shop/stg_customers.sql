select
    id as customer_id,
    trim(name) as customer_name,
    cast(created_on as date) as created_on
from {{ source('shop', 'customers') }}
