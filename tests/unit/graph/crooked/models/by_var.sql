select * from {{ var('table') }}
