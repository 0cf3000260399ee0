"""The resources that can be selected, and the ways between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from stateaware.records import cached_property
from stateaware.select.criterion import UNLIMITED
from stateaware.select.resource import Resource

TESTS = frozenset({"test", "unit_test"})


class Selectable:
    """All enabled resources of a project and its packages.

    Args:
        resources: in any order; of several with one unique_id the last counts.
        project: the name of the root project, for ``package:this`` and for paths.
    """

    def __init__(self, resources: Iterable[Resource], project: str = "") -> None:
        self.resources = {one.unique_id: one for one in resources if one.enabled}
        self.project = project

    @cached_property
    def by_type(self) -> dict[str, list[Resource]]:
        """Resources by ``resource_type``."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for one in self.resources.values():
            found[one.resource_type].append(one)
        return dict(found)

    @cached_property
    def parents(self) -> dict[str, list[str]]:
        """The direct parents that are resources too, by unique_id."""
        known = self.resources
        return {key: [up for up in one.parents if up in known] for key, one in known.items()}

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The direct children, by unique_id; missing where there are none."""
        found: dict[str, list[str]] = defaultdict(list)
        for key, ups in self.parents.items():
            for up in ups:
                found[up].append(key)
        return dict(found)

    @cached_property
    def names(self) -> list[tuple[str, str, str, str]]:
        """Of all but sources: unique_id, fqn, fqn without the package, and the name that is its leaf."""
        found = []
        for key, one in self.resources.items():
            if one.resource_type == "source" or not one.fqn:
                continue
            fqn = one.fqn
            leaf = fqn[-2] if one.resource_type == "model" and one.version and len(fqn) > 1 else fqn[-1]
            found.append((key, ".".join(fqn), ".".join(fqn[1:]), leaf))
        return found

    @cached_property
    def own_paths(self) -> frozenset[str]:
        """The files of the root project and their folders, as far as resources show them."""
        found: set[str] = set()
        for one in self.resources.values():
            if self.project and one.package != self.project:
                continue
            for path in (one.path, one.patch_path):
                while path and path not in found:
                    found.add(path)
                    path = path.rpartition("/")[0]
        return frozenset(found)

    def ancestors(self, start: set[str], depth: int = UNLIMITED) -> set[str]:
        """All that lead to the given ones in at most so many steps; those themselves only if they do."""
        return _walk(self.parents, start, depth)

    def descendants(self, start: set[str], depth: int = UNLIMITED) -> set[str]:
        """All that the given ones lead to in at most so many steps."""
        return _walk(self.children, start, depth)

    def tests_beside(self, chosen: set[str]) -> set[str]:
        """The tests that have one of the chosen as a parent."""
        children, resources = self.children, self.resources
        return {
            child
            for key in chosen
            for child in children.get(key, ())
            if resources[child].resource_type in TESTS
        }


def _walk(edges: dict[str, list[str]], start: set[str], depth: int) -> set[str]:
    found: set[str] = set()
    layer = start
    while layer and depth != 0:
        layer = {after for key in layer for after in edges.get(key, ())} - found
        found |= layer
        depth -= 1
    return found
