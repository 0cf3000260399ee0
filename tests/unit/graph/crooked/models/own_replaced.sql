select * from {{ ref('replaced') }} join {{ ref('codes') }} using (id) join {{ ref('daily') }} using (id)
