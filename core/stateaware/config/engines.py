"""The engines that a project may run on, from ``require-dbt-version``."""

from __future__ import annotations

import re
from typing import Final

from stateaware.config.profiles import EngineName, Profile
from stateaware.project.project_file import ProjectFile
from stateaware.syntax.tree import Node, Scalar, Sequence

_BOTH: Final[tuple[EngineName, ...]] = ("fusion", "core")
_CONSTRAINT: Final = re.compile(r"(>=|<=|==|=|>|<|~=|\^|~)?\s*v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?")


def possible_engines(project_file: ProjectFile, profile: Profile) -> tuple[EngineName, ...]:
    """Engines whose behaviour matters for a project.

    A range wholly below 2 means dbt Core, wholly at or above 2 dbt v2; open or absent means both. A
    chosen engine (not ``documented``) stands for itself where nothing is required.
    """
    low, high = (0, 0), (9999, 0)
    written = list(_constraints(project_file.node("require-dbt-version")))
    if not written:
        return _BOTH if profile.name == "documented" else (profile.name,)
    for text in written:
        for found in _CONSTRAINT.finditer(text):
            bottom, top = _bounds(found[1] or "==", int(found[2]), _minor(found[3]))
            low, high = max(low, bottom), min(high, top)
    if high <= (2, 0):
        return ("core",)
    return ("fusion",) if low >= (2, 0) else _BOTH


def _constraints(node: Node | None) -> list[str]:
    if isinstance(node, Scalar):
        return [part for part in node.text.split(",") if part.strip()]
    if isinstance(node, Sequence):
        return [part for item in node.items for part in _constraints(item)]
    return []


def _minor(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0


def _bounds(operator: str, major: int, minor: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The half-open range of (major, minor) that a constraint allows, seen from whole minors."""
    here, above = (major, minor), (major, minor + 1)
    open_end = (9999, 0)
    return {
        ">=": (here, open_end),
        ">": (here, open_end),
        "<": ((0, 0), here),
        "<=": ((0, 0), above),
        "^": (here, (major + 1, 0)),
        "~=": (here, (major + 1, 0)),
        "~": (here, above),
    }.get(operator, (here, above))
