select * from {{ ref('shared') }} join {{ ref('pkg', 'shared') }} using (id) join {{ ref('crooked', 'base') }} using (id)
