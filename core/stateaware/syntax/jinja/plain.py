"""Values of a run as plain data, for those who asked."""

from __future__ import annotations

import datetime as dt

from jinja2 import Undefined

from stateaware.syntax.jinja.errors import UndefinedName
from stateaware.syntax.jinja.machine import Machine, undefined_name
from stateaware.syntax.jinja.objects import Opaque
from stateaware.syntax.jinja.undecided import Undecided
from stateaware.syntax.tree import Unknown


def plain(value: object, machine: Machine) -> object:
    """A value of a run as plain data: sets and tuples are lists, what is undecided is ``Unknown``.

    Raises:
        UndefinedName: it is undefined, and that is no null in this dialect.
    """
    machine.meter.weigh(value)
    return _plain(value, machine)


def _plain(value: object, machine: Machine) -> object:
    if isinstance(value, Undecided):
        return Unknown(value.reason)
    if isinstance(value, Undefined):
        if machine.dialect.undefined_is_null:
            return None
        raise UndefinedName(f"`{undefined_name(value)}` is not defined")
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, dict):
        return {_plain(key, machine): _plain(item, machine) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item, machine) for item in value]
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return Unknown("a date or time is no value of its own in a configuration")
    return Unknown(value.reason if isinstance(value, Opaque) else "this is no plain value")
