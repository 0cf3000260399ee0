select day, 1 as order_id from {{ ref('calendar') }}
