{{ config(tags=['hourly']) }}
select 1 as customer_id, 'a' as name
-- {{ source('raw', 'customers') }}
