"""Keys of ours in trees of dbt_project.yml whose resources cannot have them, and where to tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stateaware.findings import Place
from stateaware.rules.key_maps import first_leaf
from stateaware.syntax.tree import Mapping

if TYPE_CHECKING:
    from stateaware.syntax.tree import Entry
    from stateaware.workspace import Project

_INSIDE: Final = frozenset({"build_after", "warn_after", "error_after", "lag_tolerance"})


def place_in_tree(entry: Entry, project: Project) -> Place:
    """The key; under dbt v2 the first value below it, where that is on another line, since dbt names it."""
    file = project.project_file.file
    leaf = first_leaf(entry)
    if project.profile.name != "fusion" or leaf.line == entry.key.span.line:
        return Place(file, entry.key.span)
    return Place(file, leaf)


def is_setting(entry: Entry, keys: frozenset[str]) -> bool:
    """Whether an entry is meant as one of some settings: it has the ``+``, or what only a setting holds."""
    key = entry.key.text
    if key.removeprefix("+") not in keys:
        return False
    value = entry.value
    return key.startswith("+") or (
        isinstance(value, Mapping) and any(inner.key.text in _INSIDE for inner in value.entries)
    )
