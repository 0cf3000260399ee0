{% macro outer() %}{{ inner() }}{% endmacro %}
{% macro inner() %}1{% endmacro %}
{% macro steady() %}2{% endmacro %}
{% macro leaves() %}3{% endmacro %}
