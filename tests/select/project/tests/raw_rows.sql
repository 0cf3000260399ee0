select * from {{ source('raw', 'orders') }} where 1 = 0
