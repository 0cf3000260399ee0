"""``loop``, inside ``for``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from stateaware.syntax.jinja.objects import MISSING, Arguments, Function, Keywords, Thing
from stateaware.syntax.jinja.scope import Scope

if TYPE_CHECKING:
    from stateaware.syntax.jinja.machine import Machine
    from stateaware.syntax.jinja.renderer import Renderer


class Loop(Thing):
    """The state of one loop. ``at`` is the index of the current item."""

    __slots__ = ("_changed", "_depth", "_items", "_node", "_renderer", "_scope", "at")

    def __init__(
        self, renderer: Renderer, node: nodes.For, scope: Scope, items: list[object], depth: int
    ) -> None:
        self._renderer = renderer
        self._node = node
        self._scope = scope
        self._items = items
        self._depth = depth
        self._changed: object = MISSING
        self.at = 0

    @property
    def call(self) -> Function | None:  # type: ignore[override]
        """``loop(items)``: the same loop over other items."""
        return Function("loop", self._recurse) if self._node.recursive else None

    def attribute(self, name: str, machine: Machine) -> object:
        """``index``, ``first``, ``last`` and the others."""
        at, length = self.at, len(self._items)
        values: dict[str, object] = {
            "index": at + 1,
            "index0": at,
            "first": at == 0,
            "last": at == length - 1,
            "length": length,
            "revindex": length - at,
            "revindex0": length - at - 1,
            "depth": self._depth + 1,
            "depth0": self._depth,
        }
        if name == "previtem":
            return self._items[at - 1] if at else MISSING
        if name == "nextitem":
            return self._items[at + 1] if at + 1 < length else MISSING
        if name == "cycle":
            return Function(name, lambda _, arguments, keywords: arguments[self.at % len(arguments)], True)
        if name == "changed":
            return Function(name, self._has_changed)
        return values.get(name, MISSING)

    def _has_changed(self, machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        changed = self._changed is MISSING or self._changed != arguments
        self._changed = arguments
        return changed

    def _recurse(self, machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        out: list[object] = []
        machine.meter.enter()
        self._renderer.loop_over(self._node, arguments[0], self._scope, out, self._depth + 1)
        machine.meter.leave()
        return machine.join_text("", out)
