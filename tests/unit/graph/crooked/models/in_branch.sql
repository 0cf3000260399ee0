select * from {{ ref('base') }}
{% if var('use_other') %} join {{ ref('other') }} using (id) {% endif %}
{% if is_incremental() %} where id > (select max(id) from {{ ref('codes') }}) {% endif %}
