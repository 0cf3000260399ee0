{{ config(tags=['strict']) }}
select * from {{ ref('fct_orders') }} where order_id not in (select customer_id from {{ ref('dim_customers', v=2) }})
