{{ config(materialized='ephemeral', meta={'owner': 'cat'}) }}
select 1 as payment_id, 1 as order_id
-- {{ source('raw', 'payments') }}
