{% macro outer() %}{{ inner() }}{% endmacro %}
{% macro inner() %}10{% endmacro %}
{% macro steady() %}2{% endmacro %}
