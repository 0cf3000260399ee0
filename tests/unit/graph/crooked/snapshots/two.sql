{# {% snapshot not_this %}select 1{% endsnapshot %} #}
{% snapshot daily %}{{ config(strategy='check', unique_key='id', check_cols='all', target_schema='s') }} select * from {{ ref('base') }}{% endsnapshot %}
{% snapshot weekly %}{{ config(strategy='check', unique_key='id', check_cols='all', target_schema='s', enabled=var('use_other')) }} select * from {{ ref('daily') }}{% endsnapshot %}
