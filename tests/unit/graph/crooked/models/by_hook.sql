{{ config(post_hook="insert into log select * from {{ ref('other') }}", pre_hook=["select 1", "{{ all_of_other() }}"]) }}
select * from {{ ref('base') }}
