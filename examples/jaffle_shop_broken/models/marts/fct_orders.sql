select
    orders.order_id,
    orders.customer_id,
    orders.store_id,
    orders.ordered_at,
    orders.payment_method,
    totals.item_count,
    totals.net_amount,
    totals.tax_amount,
    totals.net_amount + totals.tax_amount as gross_amount
from {{ ref('stg_orders') }} as orders
inner join {{ ref('int_order_totals') }} as totals using (order_id)
