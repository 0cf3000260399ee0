select
    cast(ordered_at as date) as revenue_date,
    store_id,
    count(*) as orders,
    sum(net_amount) as net_amount,
    {{ cents('sum(tax_amount)') }} as tax_cents
from {{ ref('fct_orders') }}
group by all
