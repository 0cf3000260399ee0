"""The files of small projects: one model `orders`, one source table `raw.payments`."""

from __future__ import annotations

PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n"


def model(freshness: str, **more: str) -> dict[str, str]:
    """A model with a ``freshness`` in its properties (from line 4, column 18)."""
    text = f"models:\n  - name: orders\n    config:\n      freshness: {freshness}\n"
    return {"models/s.yml": text, "models/orders.sql": "select 1", **more}


def state(value: str, **more: str) -> dict[str, str]:
    """A model with a ``state`` in its properties."""
    text = f"models:\n  - name: orders\n    config:\n      state: {value}\n"
    return {"models/s.yml": text, "models/orders.sql": "select 1", **more}


def sql(arguments: str) -> dict[str, str]:
    """A model with a ``config()``."""
    return {"models/orders.sql": f"{{{{ config({arguments}) }}}}\nselect 1\n"}


def tree(text: str, **more: str) -> dict[str, str]:
    """A dbt_project.yml with something under ``models: shop:``, and a model."""
    project = f"{PROJECT}models:\n  shop:\n    {text}\n"
    return {"dbt_project.yml": project, "models/orders.sql": "select 1", **more}


def source(freshness: str, table: str = "") -> dict[str, str]:
    """A source with a ``freshness``, and a table with a config of its own."""
    config = f"\n        config: {table}" if table else ""
    text = (
        f"sources:\n  - name: raw\n    config:\n      freshness: {freshness}\n"
        f"    tables:\n      - name: payments{config}\n"
    )
    return {"models/s.yml": text, "models/orders.sql": "select 1"}
