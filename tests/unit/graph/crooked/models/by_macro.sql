{{ config(materialized='table') }}
select * from ({{ all_of_other() }})
