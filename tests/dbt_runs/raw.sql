create schema if not exists raw;
create or replace table raw.orders as
    select 1 as id, 20 as amount, timestamptz '2026-11-20 08:00:00+00' as loaded_at
    union all select 2, 30, timestamptz '2026-11-20 09:40:00+00';
create or replace table raw.late as select timestamptz '2026-01-01 00:00:00+00' as loaded_at;
create or replace table raw.unchecked as select timestamptz '2026-11-20 09:40:00+00' as loaded_at;
create or replace table raw.opted_out as select 1 as id;
create or replace table raw.nobody (loaded_at timestamptz);
create or replace table raw.future as select timestamptz '2999-01-01 00:00:00+00' as loaded_at;
create or replace table raw.naive as select timestamp '2026-11-20 10:00:00' as loaded_at;
create or replace table raw."offset" as select timestamptz '2026-11-20 10:00:00+05' as loaded_at;
create or replace table raw.only_date as select date '2026-11-20' as loaded_at;
create or replace table raw.metadata_only as select 1 as id;
create or replace view raw.view_of_orders as select * from raw.orders;
