"""The things that templates handle besides plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from stateaware.syntax.jinja.undecided import Undecided

if TYPE_CHECKING:
    from stateaware.syntax.jinja.machine import Machine

Arguments: TypeAlias = tuple[Any, ...]
Keywords: TypeAlias = dict[str, Any]


class _Missing:
    """The type of ``MISSING``."""


MISSING: Final = _Missing()


class Thing:
    """An object with attributes, and perhaps callable."""

    __slots__ = ()
    call: ClassVar[Function | None] = None

    def attribute(self, name: str, machine: Machine) -> object:
        """An attribute, or ``MISSING``."""
        return MISSING


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something callable. One that takes ``undecided`` arguments handles them itself."""

    name: str
    run: Callable[[Machine, Arguments, Keywords], object]
    takes_undecided: bool = False
    known: bool = True
    """Whether what it does is known; otherwise it may also call its ``caller``, or not."""


@dataclass(frozen=True, slots=True, eq=False)
class Fields(Thing):
    """An object with fixed attributes, such as ``modules``; ``function`` is what calling it does."""

    name: str
    fields: dict[str, object]
    function: Function | None = None

    def attribute(self, name: str, machine: Machine) -> object:
        """An attribute."""
        return self.fields.get(name, MISSING)


@dataclass(frozen=True, slots=True, eq=False)
class Opaque(Thing):
    """An object of which nothing is known but that it is there: ``this``, ``model``, a relation."""

    name: str
    reason: str

    def attribute(self, name: str, machine: Machine) -> object:
        """Any attribute, unknown."""
        return Undecided(self.reason, f"{self.name}.{name}")


@dataclass(frozen=True, slots=True, eq=False)
class Relation(Opaque):
    """What ``ref()`` and ``source()`` give: where it is built is unknown, that it is a relation is not."""

    def attribute(self, name: str, machine: Machine) -> object:
        """The few attributes that every relation has while dbt parses, and any other, unknown."""
        if name == "get":
            return Function("get", self._get)
        if name in ("is_cte", "is_view", "is_table"):
            return False
        return Undecided(self.reason, f"{self.name}.{name}")

    def _get(self, machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        name = str(arguments[0])
        return {"type": "Relation"} if name == "metadata" else self.attribute(name, machine)


@dataclass(frozen=True, slots=True, eq=False)
class Target(Thing):
    """``target``: what is known of it, and the rest unknown."""

    known: dict[str, object]

    def attribute(self, name: str, machine: Machine) -> object:
        """One setting of the target."""
        if name == "get":
            return Function("target.get", self._get)
        machine.context.reads.target_read.add(name)
        if name in self.known:
            return self.known[name]
        return Undecided(f"target.{name} is not known", f"target.{name}")

    def _get(self, machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        return self.attribute(str(arguments[0]), machine)


@dataclass(slots=True, eq=False)
class Namespace(Thing):
    """``namespace()``: attributes that inner scopes may set."""

    values: dict[str, object] = field(default_factory=dict)

    def attribute(self, name: str, machine: Machine) -> object:
        """An attribute."""
        return self.values.get(name, MISSING)
