{{ config(contract={'enforced': true}, pre_hook="select 1") }}
select 1::integer as id
