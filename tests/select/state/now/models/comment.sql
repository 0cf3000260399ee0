-- only said
select 1 as id
