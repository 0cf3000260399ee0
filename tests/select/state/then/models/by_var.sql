select '{{ var("label") }}' as id
