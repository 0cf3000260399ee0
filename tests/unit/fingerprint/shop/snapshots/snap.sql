{% snapshot snap %}
  {{ config(unique_key='id', strategy='check', check_cols=['amount'], target_schema='main') }}
  select * from {{ ref('stg_orders') }}
{% endsnapshot %}
