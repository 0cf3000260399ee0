select id, {{ extra.doubled('amount') }} as twice from {{ ref('eph') }}
