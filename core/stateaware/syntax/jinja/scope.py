"""The names that a template itself defines."""

from __future__ import annotations

from stateaware.syntax.jinja.objects import MISSING


class Scope:
    """Names of one block; those of the surrounding blocks are seen through it."""

    __slots__ = ("names", "outer")

    def __init__(self, outer: Scope | None = None, names: dict[str, object] | None = None) -> None:
        self.outer = outer
        self.names: dict[str, object] = names if names is not None else {}

    def get(self, name: str) -> object:
        """The value of a name, or ``MISSING``."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return MISSING
