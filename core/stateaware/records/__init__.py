"""Data classes that cost next to nothing until one is made; use them like those of ``dataclasses``.

To type checkers they are those. The difference is start-up: ``dataclasses`` writes and compiles the
methods of a class when its module is imported, most of a millisecond each, and brings twelve modules
of the standard library along. A check imports a hundred such classes and uses half of them.

``cached_property`` is that of ``functools``, with a lock for each instance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from functools import cached_property
else:
    from stateaware.records.cached import CachedProperty
    from stateaware.records.lazy import dataclass, field, replace

    cached_property = CachedProperty

__all__ = ["cached_property", "dataclass", "field", "replace"]
