"""Code of the nodes in what record.py recorded of real dbt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from stateaware.artifacts.manifest_code import node_config
from stateaware.fingerprint.code import NodeCode

SHOP = Path(__file__).parent / "shop"
_RECORDED = Path(__file__).parent / "recorded.json"


@lru_cache(maxsize=1)
def _recorded() -> dict[str, Any]:
    return json.loads(_RECORDED.read_text("utf-8"))  # type: ignore[no-any-return]


@lru_cache(maxsize=32)
def codes(title: str) -> dict[str, NodeCode]:
    """The nodes of one recorded manifest, by unique_id."""
    built, own = _recorded()["built"], _recorded()[title]
    nodes, macros = built["nodes"] | own["nodes"], built["macros"] | own["macros"]
    engine = own["dbt_version"].partition(".")[0]
    return {key: _code(key, node, macros, engine) for key, node in nodes.items()}


def _code(unique_id: str, node: dict[str, Any], macros: dict[str, Any], engine: str) -> NodeCode:
    seed = unique_id.startswith("seed.")
    return NodeCode(
        unique_id,
        language=node.get("language") or "sql",
        raw=f"sha256:{node['checksum']['checksum']}" if seed else node["raw_code"],
        compiled=node.get("compiled_code"),
        relation=node.get("relation_name"),
        config=node_config(node),
        macros=_bodies(node["depends_on"]["macros"], macros),
        engine=engine,
    )


def _bodies(first: Iterable[str], macros: dict[str, Any]) -> tuple[str, ...]:
    todo, found = list(first), {}
    while todo:
        key = todo.pop()
        if key in macros and key.startswith("macro.") and key not in found:
            found[key] = macros[key]["macro_sql"]
            todo += macros[key]["depends_on"]["macros"]
    return tuple(sorted(found.values()))
