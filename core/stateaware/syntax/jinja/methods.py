"""The methods of plain values that templates may call. What is not listed does not exist."""

from __future__ import annotations

import datetime as dt
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

from stateaware.syntax.jinja.clock import TIME_ATTRIBUTES, TIME_TYPES
from stateaware.syntax.jinja.objects import MISSING, Arguments, Function, Keywords
from stateaware.syntax.jinja.undecided import Undecidable, Undecided

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stateaware.syntax.jinja.machine import Machine

_TEXT: Final = frozenset(
    {
        "capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isascii",
        "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isspace", "istitle", "isupper",
        "lower", "lstrip", "partition", "removeprefix", "removesuffix", "rfind", "rindex", "rpartition",
        "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper",
        "zfill", "center", "ljust", "rjust", "join", "replace", "format",
    }
)  # fmt: skip
_LIST: Final = frozenset(
    {"append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"}
)
_DICT: Final = frozenset(
    {"clear", "copy", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"}
)
_SET: Final = frozenset(
    {
        "add", "clear", "copy", "difference", "discard", "intersection", "isdisjoint", "issubset",
        "issuperset", "pop", "remove", "symmetric_difference", "union", "update",
    }
)  # fmt: skip
_METHODS: Final[dict[type, frozenset[str]]] = {
    str: _TEXT,
    list: _LIST,
    dict: _DICT,
    set: _SET,
    tuple: frozenset({"count", "index"}),
    int: frozenset({"bit_length"}),
    float: frozenset({"is_integer"}),
}
_STORING: Final = frozenset({"append", "insert", "extend", "add", "update", "setdefault", "get", "pop"})
"""Methods that only pass a value on, and so take one that is not known."""
_QUICK: Final = frozenset({"append", "add", "get", "pop", "insert", "setdefault"})
_CHEAP: Final = 64


def find_method(value: object, name: str) -> object:
    """A method (or plain attribute) of a value, or ``MISSING``."""
    allowed = _METHODS.get(bool if isinstance(value, bool) else type(value))
    if allowed is not None:
        if name not in allowed:
            return MISSING
        return Function(name, _Method(value, name), takes_undecided=name in _STORING)
    if isinstance(value, TIME_TYPES) and name in TIME_ATTRIBUTES:
        found = getattr(value, name, MISSING)
        return Function(name, _Method(value, name)) if callable(found) else found
    return MISSING


class _Method:
    """A method of one value, its cost paid before it runs."""

    __slots__ = ("_name", "_value")

    def __init__(self, value: Any, name: str) -> None:
        self._value = value
        self._name = name

    def __call__(self, machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        value, name = self._value, self._name
        meter = machine.meter
        if isinstance(value, str):
            if name in ("zfill", "center", "ljust", "rjust") and arguments:
                meter.check_argument(arguments[0])
            elif name == "replace" and len(arguments) >= 2:
                old, new = str(arguments[0]), str(arguments[1])
                meter.charge_text(len(value) + value.count(old) * len(new))
            elif name == "join" and arguments:
                return machine.join_text(value, arguments[0])
            elif name == "format":
                meter.check_format(value)
                return _SafeFormatter(machine).vformat(value, arguments, keywords)
            meter.charge_text(len(value))
        elif isinstance(value, dict) and name in ("items", "keys", "values"):
            meter.charge(len(value))
            return list(getattr(value, name)())
        elif isinstance(value, (list, dict, set, tuple)):
            meter.charge(1 + (len(value) // _CHEAP if name in _QUICK else len(value)))
        elif isinstance(value, dt.datetime) and value.tzinfo is None and name in ("timestamp", "astimezone"):
            value = value.replace(tzinfo=dt.timezone.utc)
        return getattr(value, name)(*arguments, **keywords)


class _SafeFormatter(Formatter):
    """``str.format`` without access to attributes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The value of a replacement field; fields with attributes or items are not followed."""
        if not field_name.isidentifier() and not field_name.isdigit():
            raise Undecidable("a format string reaches into a value")
        value = self.get_value(int(field_name) if field_name.isdigit() else field_name, args, kwargs)
        return value, field_name

    def format_field(self, value: Any, format_spec: str) -> Any:
        """One field: text, numbers and times in Python's way, anything else as its text."""
        if isinstance(value, (str, int, float, *TIME_TYPES)):
            return format(value, format_spec)
        text = self._machine.to_text(value)
        return format("" if isinstance(text, Undecided) else text, format_spec)
