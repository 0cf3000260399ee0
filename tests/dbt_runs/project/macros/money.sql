{% macro cents(column) %}{{ halved(column) }} * 2{% endmacro %}

{% macro halved(column) %}({{ column }} * 100 / 2){% endmacro %}
