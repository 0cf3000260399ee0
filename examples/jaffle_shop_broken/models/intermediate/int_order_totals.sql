with items as (
    select
        order_items.order_id,
        sum(order_items.quantity) as item_count,
        sum(order_items.quantity * products.price) as net_amount
    from {{ ref('stg_order_items') }} as order_items
    inner join {{ ref('stg_products') }} as products using (product_id)
    group by order_items.order_id
)

select
    orders.order_id,
    items.item_count,
    items.net_amount,
    cast(round(items.net_amount * stores.tax_rate, 2) as decimal(10, 2)) as tax_amount
from items
inner join {{ ref('stg_orders') }} as orders using (order_id)
inner join {{ ref('stg_stores') }} as stores using (store_id)
