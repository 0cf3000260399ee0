"""What matches nothing is told with the name that was probably meant."""

from __future__ import annotations

import pytest
from replay import graph_of

from stateaware.select.unmatched import describe_unmatched


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("stg_order", "`stg_order` matches nothing, did you mean `stg_orders`?"),
        ("2+stg_order+", "`2+stg_order+` matches nothing, did you mean `stg_orders`?"),
        ("staging.stg_order", "`staging.stg_order` matches nothing, did you mean `staging.stg_orders`?"),
        ("tag:nigthly", "`tag:nigthly` matches nothing, did you mean `nightly`?"),
        ("source:row", "`source:row` matches nothing, did you mean `raw`?"),
        ("source:raw.order", "`source:raw.order` matches nothing, did you mean `raw.orders`?"),
        ("exposure:weekly", "`exposure:weekly` matches nothing, did you mean `weekly_board`?"),
        ("group:finanse", "`group:finanse` matches nothing, did you mean `finance`?"),
        ("package:toolbax", "`package:toolbax` matches nothing, did you mean `toolbox`?"),
        ("zzz", "`zzz` matches nothing"),
        ("stg_order*x", "`stg_order*x` matches nothing"),
        ("tag:core,stg_order", "`tag:core,stg_order` matches nothing"),
        ("models/nowhere", "`models/nowhere` matches nothing"),
    ],
)
def test_the_near_name_is_suggested(raw: str, told: str) -> None:
    assert describe_unmatched(graph_of("core"), raw) == told
