select {{ steady() }} as id
