"""Properties that are computed once, also where two threads ask."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any


class CachedProperty:
    """What ``functools.cached_property`` was before Python 3.12, with a lock for each instance.

    There, one lock for all instances kept a thread that computes something about one file waiting for
    another that computes it about the whole project. Since 3.12 there is none, and two threads may get
    two results; of ours, parts are compared by identity.
    """

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self._lock = f"lock of {name}"

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        values = instance.__dict__
        with values.setdefault(self._lock, RLock()):
            if self._name not in values:
                values[self._name] = self._compute(instance)
        values.pop(self._lock, None)
        return values[self._name]
