select
    orders.id as order_id,
    orders.customer_id,
    orders.store_id,
    cast(orders.ordered_at as timestamp) as ordered_at,
    payment_methods.payment_method
from {{ source('shop', 'orders') }} as orders
left join {{ ref('payment_methods') }} as payment_methods using (payment_code)
