def model(dbt, session):
    customers = dbt.ref("dim_customers", v=2)
    return customers.project(
        """
        customer_id,
        case
            when order_count >= 4 then 'regular'
            when order_count > 0 then 'guest'
            else 'none'
        end as segment,
        last_ordered_at
        """
    )
