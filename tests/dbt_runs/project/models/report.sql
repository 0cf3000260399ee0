select * from {{ ref('by_country') }} where code != '{{ var("but", "xx") }}'
