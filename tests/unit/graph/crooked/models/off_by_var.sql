{{ config(enabled=var('deep') and not var('use_other') and var('unset', false)) }}
select 1 as id
