"""Keys that stand beside the key they belong under: one level too far to the left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stateaware.rules.homes import our_keys
from stateaware.rules.once import once_per_project
from stateaware.syntax.tree import Mapping

if TYPE_CHECKING:
    from stateaware.config.layers import Setting
    from stateaware.workspace import Project

INNER: Final = frozenset({"build_after", "warn_after", "error_after", "lag_tolerance", "count", "period"})
"""Keys that are only ever written below ``freshness`` or ``state``."""


def has_slipped(home: Mapping) -> bool:
    """Whether a map holds a key that belongs one level deeper.

    An empty ``freshness:`` beside it is then no null that somebody meant, and must not be taken for one.
    """
    return any(entry.key.text in INNER for entry in home.entries)


def slipped_beside(project: Project, setting: Setting) -> bool:
    """Whether such a key stands beside a setting of a properties file."""
    return (setting.file, setting.key.span) in _beside(project)


@once_per_project
def _beside(project: Project) -> frozenset[tuple[str, object]]:
    found: set[tuple[str, object]] = set()
    for one in our_keys(project):
        holder = one.home.config if one.in_config else one.home.node
        if holder is not None and has_slipped(holder):
            found.add((one.home.file, one.written.key.span))
    return frozenset(found)
