{% macro of_the_package() %}{{ return(adapter.dispatch('of_the_package', 'pkg')()) }}{% endmacro %}
{% macro default__of_the_package() %}select * from {{ ref('other') }}{% endmacro %}
{% macro snowflake__of_the_package() %}select * from {{ ref('codes') }}{% endmacro %}
