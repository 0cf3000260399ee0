"""The graph in an order in which every node comes after its parents."""

from __future__ import annotations

from collections.abc import Iterable

from stateaware.plan.nodes import Node


class Lineage:
    """Nodes by unique_id, parents before children.

    ``order`` holds each node that can be ordered; ``cyclic`` are those that read themselves, and what
    is below them. A parent that is not among the nodes is left for the decision to speak about.
    """

    __slots__ = ("_behind", "cyclic", "nodes", "order")

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = {node.unique_id: node for node in nodes}
        self.order = tuple(self._sort())
        self.cyclic = frozenset(self.nodes) - frozenset(self.order)
        self._behind: dict[frozenset[str], dict[str, tuple[str, ...]]] = {}

    def _sort(self) -> Iterable[str]:
        open_parents: dict[str, int] = {}
        children: dict[str, list[str]] = {}
        for unique_id, node in self.nodes.items():
            known = [parent for parent in node.parents if parent in self.nodes]
            open_parents[unique_id] = len(known)
            for parent in known:
                children.setdefault(parent, []).append(unique_id)
        ready = [unique_id for unique_id, count in open_parents.items() if not count]
        for unique_id in ready:  # grows while it is walked
            yield unique_id
            for child in children.get(unique_id, ()):
                open_parents[child] -= 1
                if not open_parents[child]:
                    ready.append(child)

    def effective_parents(self, transparent: frozenset[str]) -> dict[str, tuple[str, ...]]:
        """The parents of each ordered node whose versions count, each once.

        A parent materialized as one of ``transparent`` is replaced by its own parents, and these by
        theirs. Computed once for each set.
        """
        behind = self._behind.get(transparent)
        if behind is None:
            behind = self._behind[transparent] = {}
            for unique_id in self.order:
                found: dict[str, None] = {}
                for parent in self.nodes[unique_id].parents:
                    node = self.nodes.get(parent)
                    seen_through = node is not None and node.kind == "model" and node.enabled
                    if node is not None and seen_through and node.materialized in transparent:
                        found.update(dict.fromkeys(behind[parent]))
                    else:
                        found[parent] = None
                behind[unique_id] = tuple(found)
        return behind
