"""Works out which resources a specification selects, tests that come along included."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as AnyMapping
from typing import NamedTuple

from stateaware.select.criterion import UNLIMITED, Criterion, Group, Indirect, Spec
from stateaware.select.methods import Question, find
from stateaware.select.selectable import Selectable


class Found(NamedTuple):
    """What is selected, and the tests that would be if their other parents were too."""

    direct: set[str]
    waiting: set[str]


class Evaluation:
    """One evaluation; what is met twice, as an inherited selector may be, is worked out once."""

    def __init__(
        self, graph: Selectable, indirect: Indirect, known: AnyMapping[str, Collection[str]]
    ) -> None:
        self.graph = graph
        self.indirect = indirect
        self.known = known
        self.unmatched: list[str] = []
        self._done: dict[int, Found] = {}

    def run(self, spec: Spec) -> set[str]:
        """The unique_ids that a specification selects.

        Raises:
            SelectionError: a criterion cannot be answered.
        """
        todo: list[Spec] = [spec]
        while todo:
            last = todo[-1]
            if id(last) in self._done:
                todo.pop()
                continue
            missing = [part for part in _parts(last) if id(part) not in self._done]
            if missing:
                todo.extend(reversed(missing))
            elif isinstance(last, Criterion):
                self._done[id(last)] = self._criterion(last)
            else:
                self._done[id(last)] = self._group(last)
        return self._done[id(spec)].direct

    def _criterion(self, criterion: Criterion) -> Found:
        inherited = self._done.get(id(criterion.value)) if criterion.method == "selector" else None
        named = inherited.direct if inherited else find(Question(self.graph, criterion, self.known))
        selected = set(named)
        if criterion.family:
            below = named | self.graph.descendants(named)
            selected |= below | self.graph.ancestors(below)
        if criterion.parents:
            selected |= self.graph.ancestors(named, criterion.parents)
        if criterion.children:
            selected |= self.graph.descendants(named, criterion.children)
        return self._with_tests(selected, criterion.indirect or self.indirect)

    def _with_tests(self, selected: set[str], indirect: Indirect) -> Found:
        if indirect == "empty":
            return Found(selected, set())
        tests = self.graph.tests_beside(selected)
        if indirect == "eager":
            return Found(selected | tests, set())
        enough = selected
        if indirect == "buildable":
            sources = {one.unique_id for one in self.graph.by_type.get("source", ())}
            enough = selected | self.graph.ancestors(selected, UNLIMITED) | sources
        complete = {test for test in tests if self._parents_of(test) <= enough}
        return Found(selected | complete, tests - complete)

    def _group(self, group: Group) -> Found:
        found = [self._done[id(part)] for part in group.parts]
        direct = _combine(group, [one.direct for one in found])
        waiting = _combine(group, [one.direct | one.waiting for one in found])
        indirect = group.indirect or self.indirect
        if indirect in ("cautious", "buildable") and direct != waiting:
            direct |= self._completed(direct, waiting, indirect)
        if group.expected and not direct and group.raw not in self.unmatched:
            self.unmatched.append(group.raw)
        return Found(direct, waiting)

    def _completed(self, direct: set[str], waiting: set[str], indirect: Indirect) -> set[str]:
        enough = direct
        if indirect == "buildable":
            enough = direct | self.graph.ancestors(direct, UNLIMITED)
        resources = self.graph.resources
        return {
            key
            for key in waiting - direct
            if resources[key].resource_type == "test" and self._parents_of(key) <= enough
        }

    def _parents_of(self, key: str) -> set[str]:
        """All that a test reads, whether it can be selected or not."""
        return set(self.graph.resources[key].parents)


def _parts(spec: Spec) -> tuple[Spec, ...]:
    """What has to be worked out first."""
    if isinstance(spec, Group):
        return spec.parts
    return (spec.value,) if isinstance(spec.value, (Criterion, Group)) else ()


def _combine(group: Group, sets: Sequence[set[str]]) -> set[str]:
    if not sets:
        return set()
    first, *others = sets
    if group.kind == "union":
        return first.union(*others)
    return first.intersection(*others) if group.kind == "intersection" else first.difference(*others)
