{{ config(severity='warn') }} select * from {{ ref('same') }}
