{{ config(freshness={'build_after': {'count': 1, 'period': 'day', 'updates_on': 'all'}}, tags=['marts']) }}
select c.code, o.cents
{% if env_var('SHOP_FAILS', '') == 'models' %}, no_such_column{% endif %}
from {{ ref('orders') }} as o cross join {{ ref('countries') }} as c
