{{ config(materialized='incremental', unique_key='id') }}
select id, loaded_at from {{ source('raw', 'orders') }}
{% if is_incremental() %}where loaded_at > (select max(loaded_at) from {{ this }}){% endif %}
