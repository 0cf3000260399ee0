"""A plan's builds in dbt's selection syntax, to be handed to dbt or an orchestrator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from stateaware.plan.decision import Plan
from stateaware.plan.lineage import Lineage

SELECTOR: str = "stateaware_build"
NOTHING: str = "stateaware_has_nothing_to_build"
"""What the selector names where nothing is built: dbt warns that it matches nothing, and does nothing."""


def built_nodes(plan: Plan) -> tuple[str, ...]:
    """What a run has to be given: all that would or may be built, without tests, which come along."""
    building = plan.having("build", "clone", "unknown")
    return tuple(key for key in building if not key.startswith(("test.", "unit_test.")))


def select_lines(plan: Plan, lineage: Lineage) -> Iterator[str]:
    """One argument of ``dbt build --select`` a line; none where nothing is built.

    A name that several nodes bear is given with its package and kind: ``orders,package:shop``.
    """
    for method in _methods(plan, lineage):
        yield ",".join(value if name == "fqn" else f"{name}:{value}" for name, value in method)


def selector_text(plan: Plan, lineage: Lineage) -> str:
    """A selectors.yml with one selector of all builds."""
    methods = _methods(plan, lineage) or [(("fqn", NOTHING),)]
    lines = [
        "selectors:",
        f"  - name: {SELECTOR}",
        f"    description: What stateaware plan would build at {plan.at.isoformat()}",
        "    definition:",
        "      union:",
    ]
    for method in methods:
        one = [f"{{method: {name}, value: {json.dumps(value)}}}" for name, value in method]
        if len(one) == 1:
            lines.append(f"        - {one[0]}")
        else:
            lines.append("        - intersection:")
            lines += (f"            - {part}" for part in one)
    return "\n".join(lines) + "\n"


def _methods(plan: Plan, lineage: Lineage) -> list[tuple[tuple[str, str], ...]]:
    bearing = Counter(_name(unique_id).rpartition(".")[2] for unique_id in lineage.nodes)
    bearing.update(_name(unique_id) for unique_id in lineage.nodes if "." in _name(unique_id))
    found: list[tuple[tuple[str, str], ...]] = []
    for unique_id in built_nodes(plan):
        name = _name(unique_id)
        kind, package, _ = unique_id.split(".", 2)
        alone = bearing[name] == 1
        found.append(
            (("fqn", name),) if alone else (("fqn", name), ("package", package), ("resource_type", kind))
        )
    return found


def _name(unique_id: str) -> str:
    """``orders``, ``dim_customers.v1``; ``shop.orders`` of a source."""
    return unique_id.split(".", 2)[-1]
