{# money #}
{% macro cents_to_dollars(column) -%}
  {{ rounded(column ~ ' / 100.0') }}
{%- endmacro %}

{% macro rounded(text) %}
  {{ return(adapter.dispatch('rounded', 'shop')(text)) }}
{% endmacro %}

{% macro default__rounded(text) %} round({{ text }}, 2) {% endmacro %}

{% macro duckdb__rounded(text) %} round({{ text }}, 2)::decimal(10, 2) {% endmacro %}
