
-- the orders
{{ config(tags=['a'], materialized='view', meta={'owner': 'x'}) }}
select id, {{ cents_to_dollars('amount') }} as amount   /* in dollars */
from {{ ref('raw_orders') }}

