select customer_id, name, 1 as region_id from {{ ref('stg_customers') }}
-- {{ ref('regions') }}
