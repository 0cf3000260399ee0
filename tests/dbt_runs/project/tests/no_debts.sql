select * from {{ ref('orders') }} where cents < {{ -10 if env_var('SHOP_FAILS', '') != 'tests' else 10000000 }}
