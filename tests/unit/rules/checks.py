"""What tests of rules name: the engines, the shape of the fixture ``check``, and the one finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from stateaware.findings import Finding

ENGINES = ("documented", "fusion", "core")


class Check(Protocol):
    """The fixture ``check``."""

    def __call__(
        self, files: Mapping[str, str], engine: str = ..., select: str | None = ..., **options: Any
    ) -> list[Finding]: ...


Fixed: TypeAlias = Callable[..., dict[str, str]]
"""The fixture ``fix``: the files after the one fix of the one finding of a rule."""


def only(found: list[Finding]) -> Finding:
    """The one finding."""
    assert len(found) == 1, [f"{f.code} {f.message}" for f in found]
    return found[0]
