{{ config(tags=['next']) }}
select customer_id, name from {{ ref('stg_customers') }}
-- {{ ref('customers_snapshot') }}
