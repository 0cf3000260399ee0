select 1 as click_id, 1 as customer_id
-- {{ source('web', 'clicks') }}
