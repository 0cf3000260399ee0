select
    id as page_view_id,
    visitor_id,
    path as page_path,
    cast(viewed_at as timestamp) as viewed_at
from {{ source('web', 'page_views') }}
