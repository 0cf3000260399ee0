select * from {{ ref('replaced') }} join {{ ref('codes') }} using (id)
