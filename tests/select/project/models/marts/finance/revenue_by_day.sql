{{ config(materialized='incremental', access='protected', unique_key=['day', 'amount']) }}
select day, amount from {{ ref('revenue') }} cross join {{ ref('calendar') }}
