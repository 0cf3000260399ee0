{{ config(event_time='loaded_at') }}
select now() - interval 1 day as loaded_at, '1' as word
union all
select now() as loaded_at, 'one' as word
