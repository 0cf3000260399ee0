select
    customers.customer_id,
    customers.customer_name,
    customers.created_on,
    min(orders.ordered_at) as first_ordered_at,
    max(orders.ordered_at) as last_ordered_at,
    count(orders.order_id) as order_count,
    coalesce(sum(orders.gross_amount), 0) as gross_amount
from {{ ref('stg_customers') }} as customers
left join {{ ref('fct_orders') }} as orders using (customer_id)
group by all
