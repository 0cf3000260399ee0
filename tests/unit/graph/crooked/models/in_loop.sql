{% for name in var('wanted') %}select * from {{ ref(name) }}{% if not loop.last %} union all {% endif %}{% endfor %}
