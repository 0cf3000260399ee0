{{ config(alias='theirs') }} select 1 as id
