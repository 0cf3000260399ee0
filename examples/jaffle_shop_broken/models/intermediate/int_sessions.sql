{{
    config(
        freshness={'build_after': {'count': var('session_lag_hours'), 'period': 'hour'}}
    )
}}

with marked as (
    select
        *,
        viewed_at > coalesce(
            lag(viewed_at) over (partition by visitor_id order by viewed_at) + interval 30 minute,
            timestamp '1970-01-01'
        ) as starts_session
    from {{ ref('stg_page_views') }}
),

numbered as (
    select
        *,
        sum(cast(starts_session as integer)) over (
            partition by visitor_id order by viewed_at rows unbounded preceding
        ) as session_number
    from marked
)

select
    visitor_id || '-' || session_number as session_id,
    visitor_id,
    min(viewed_at) as started_at,
    max(viewed_at) as ended_at,
    count(*) as page_views
from numbered
group by visitor_id, session_number
