{% macro all_of_other() %}select * from {{ ref('other') }}{% endmacro %}
{% macro duckdb__of_the_package() %}select * from {{ ref('base') }} join {{ ref('in_pkg') }} using (id){% endmacro %}
