{% snapshot orders_then %}
{{ config(target_schema='main', unique_key='id', strategy='check', check_cols=['cents']) }}
select * from {{ ref('orders') }}
{% endsnapshot %}
