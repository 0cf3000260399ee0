def model(dbt, session):
    return session.sql("select 2 as id")
