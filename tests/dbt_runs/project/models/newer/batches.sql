{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='loaded_at', batch_size='day',
    begin=(modules.datetime.datetime.now() - modules.datetime.timedelta(days=2)).strftime('%Y-%m-%d'), lookback=3
) }}
select
    '{{ model.batch.event_time_start if model.batch else "" }}' as began,
    loaded_at,
    {% if env_var('SHOP_FAILS', '') == 'models' %}cast(word as integer){% else %}word{% endif %} as word
from {{ ref('clicks') }}
