select id, '{{ invocation_id }}' as run, '{{ run_started_at }}' as at from {{ ref('stg_orders') }}
