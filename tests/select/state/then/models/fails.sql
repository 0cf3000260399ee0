select no_such_column as id from {{ ref('same') }}
