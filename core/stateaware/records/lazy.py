"""What stands behind `stateaware.records` when the program runs.

A class gets its ``__init__`` when it is first called, and needs no generated code for the rest.
``frozen`` means equality and a hash by value; that nothing is assigned later is left to the type
checker, and makes an instance three times as fast to make. The functions of ``dataclasses``
(``fields``, ``replace``, ``asdict``) know these classes too.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, TypeVar

T = TypeVar("T")
_Class = TypeVar("_Class", bound=type)
_Values = Callable[[Any], Any]

_MISSING: Final = object()
"""Stands for the default of a field that has none, and for an argument that was not given."""


class _Factory:
    """The default of a field that is made anew for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], T]) -> T:
    """A field whose default is made anew for each instance."""
    made: Any = _Factory(default_factory)
    return made  # type: ignore[no-any-return]  # for type checkers a default has the type of its field


def replace(instance: T, /, **changes: Any) -> T:
    """A copy with other values in some fields."""
    known: Any = instance
    for name in known.__match_args__:
        if name not in changes:
            changes[name] = getattr(known, name)
    return type(instance)(**changes)


def dataclass(*, slots: bool, frozen: bool = False, unsafe_hash: bool = False) -> Callable[[_Class], _Class]:
    """What ``dataclasses.dataclass`` does with the same arguments; ``slots`` is always meant."""
    if not slots:
        raise TypeError("these classes have slots")
    return lambda cls: _make(cls, hashed=frozen or unsafe_hash)


def _make(cls: _Class, *, hashed: bool) -> _Class:
    body = dict(cls.__dict__)
    inherited: dict[str, object] = {}
    for base in reversed(cls.__mro__[1:]):
        inherited.update(base.__dict__.get("_defaults", {}))
    own = {name: body.pop(name, _MISSING) for name, kind in cls.__annotations__.items() if _is_field(kind)}
    names = tuple({**inherited, **own})
    values = _values_of(names)
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    body.setdefault("__init__", _init_on_first_call)
    body.setdefault("__repr__", _repr)
    if "__eq__" not in body:
        body["__eq__"] = _equality(values)
        # a class that defines equality does not inherit its hash
        body.setdefault("__hash__", (lambda self: hash(values(self))) if hashed else None)
    body |= {
        "__slots__": tuple(name for name in own if name not in inherited),
        "__match_args__": names,
        "__dataclass_fields__": _Fields(),
        "_defaults": {**inherited, **own},
    }
    return type(cls)(cls.__name__, cls.__bases__, body)  # slots need a new class


def _is_field(kind: str) -> bool:
    # annotations are text, since every module postpones their evaluation
    return not kind.startswith("ClassVar")


def _init_on_first_call(self: Any, *args: Any, **kwargs: Any) -> None:
    cls: Any = next(base for base in type(self).__mro__ if "_defaults" in base.__dict__)
    cls.__init__ = init = _compile_init(cls)
    init(self, *args, **kwargs)


def _compile_init(cls: Any) -> Callable[..., None]:
    names: dict[str, Any] = {"_missing": _MISSING}
    parameters, lines = ["self"], ["    pass"]
    for name, default in cls._defaults.items():
        value = name
        if isinstance(default, _Factory):
            names[f"_make_{name}"] = default.make
            parameters.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif default is _MISSING:
            parameters.append(name)
        else:
            names[f"_default_{name}"] = default
            parameters.append(f"{name}=_default_{name}")
        lines.append(f"    self.{name} = {value}")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines), names)  # noqa: S102 - names of fields
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _values_of(names: tuple[str, ...]) -> _Values:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple(getattr(instance, name) for name in names)


def _equality(values: _Values) -> Callable[[Any, Any], bool]:
    def equal(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    return equal


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{self.__class__.__qualname__}({shown})"


class _Fields:
    """Makes the ``__dataclass_fields__`` of a class when something asks for them."""

    def __get__(self, instance: object, owner: Any) -> object:
        import dataclasses

        fields: list[Any] = []
        for name, default in owner._defaults.items():
            if isinstance(default, _Factory):
                fields.append((name, object, dataclasses.field(default_factory=default.make)))
            elif default is _MISSING:
                fields.append((name, object))
            else:
                fields.append((name, object, dataclasses.field(default=default)))
        return dataclasses.make_dataclass(owner.__name__, fields).__dataclass_fields__  # type: ignore[attr-defined]
