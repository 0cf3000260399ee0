select
    id as campaign_id,
    name as campaign_name,
    cast(starts_on as date) as starts_on,
    cast(ends_on as date) as ends_on
from {{ source('web', 'campaigns') }}
