select
    session_id,
    visitor_id,
    started_at,
    date_diff('second', started_at, ended_at) as seconds,
    page_views
from {{ ref('int_sessions') }}
