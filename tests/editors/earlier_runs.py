"""What dbt leaves in the target folder of the example, as of a run that was a while ago."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

BUILT: Final = (
    *("stg_customers", "stg_order_items", "stg_orders", "stg_products", "stg_stores", "stg_campaigns"),
    *("stg_page_views", "int_order_totals", "int_sessions", "customer_segments", "dim_products"),
    *("fct_orders", "fct_sessions", "fct_daily_revenue", "dim_customers.v1", "dim_customers.v2"),
)
LOADED: Final = (
    *("shop.customers", "shop.orders", "shop.order_items", "shop.products", "shop.stores"),
    *("web.campaigns", "web.page_views"),
)


def write_artifacts(project: Path, built: float, **loaded: float) -> None:
    """run_results.json and sources.json: everything built ``built`` minutes ago, data of a day ago.

    ``loaded`` are the minutes since newer data of a source came: ``shop_orders=20``.
    """
    results = [{"unique_id": "seed.jaffle_shop.payment_methods", **_built(24 * 60)}]
    results += [{"unique_id": f"model.jaffle_shop.{name}", **_built(built)} for name in BUILT]
    write_artifact(project, "run-results", results, built)
    measured = [
        {
            "unique_id": f"source.jaffle_shop.{name}",
            "max_loaded_at": _ago(loaded.get(name.replace(".", "_"), 24 * 60)),
            "snapshotted_at": _ago(1),
            "status": "pass",
        }
        for name in LOADED
    ]
    write_artifact(project, "sources", measured, 1)


def write_artifact(project: Path, kind: str, results: list[dict[str, Any]], minutes: float) -> None:
    """One of them, in one step as seen by others."""
    number = {"run-results": 6, "sources": 3}[kind]
    metadata = {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{kind}/v{number}.json",
        "dbt_version": "1.11.16",
        "generated_at": _ago(minutes),
        "invocation_id": f"{kind} {minutes}",
    }
    target = project / "target"
    target.mkdir(exist_ok=True)
    (target / "written").write_text(json.dumps({"metadata": metadata, "results": results}))
    (target / "written").replace(target / f"{kind.replace('-', '_')}.json")


def _built(minutes: float) -> dict[str, Any]:
    timing = {"name": "execute", "started_at": _ago(minutes + 1), "completed_at": _ago(minutes)}
    return {"status": "success", "execution_time": 60.0, "timing": [timing]}


def _ago(minutes: float) -> str:
    moment = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(minutes=minutes)
    return moment.isoformat().replace("+00:00", "Z")
