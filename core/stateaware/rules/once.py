"""Work that several rules share and that is done once for a project."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from stateaware.workspace import Project

Result = TypeVar("Result")


def once_per_project(function: Callable[[Project], Result]) -> Callable[[Project], Result]:
    """The same function, with its answer kept for as long as the project is."""
    kept: WeakKeyDictionary[Project, Result] = WeakKeyDictionary()

    @wraps(function)
    def ask(project: Project) -> Result:
        if project not in kept:
            kept[project] = function(project)
        return kept[project]

    return ask
