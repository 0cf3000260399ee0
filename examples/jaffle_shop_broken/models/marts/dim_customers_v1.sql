select
    customer_id,
    customer_name,
    created_on
from {{ ref('stg_customers') }}
