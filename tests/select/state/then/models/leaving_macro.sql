select {{ leaves() }} as id
