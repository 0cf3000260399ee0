"""What can be pointed at in the project's dbt_project.yml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.reader import MODEL_KEYS, SOURCE_KEYS
from stateaware.locate.settings import setting_target
from stateaware.locate.target import OfTree, Resource, Target
from stateaware.syntax.tree import Entry

if TYPE_CHECKING:
    from stateaware.config.project_tree import TreeLevel
    from stateaware.workspace import Project

_TREES: Final[tuple[tuple[Resource, str], ...]] = (("model", "models"), ("source", "sources"))


def project_targets(project: Project) -> Iterator[Target]:
    """The keys of the ``models:`` and ``sources:`` trees, with the settings among them."""
    for resource, name in _TREES:
        entry = project.project_file.tree.get(name)
        trees = project.model_trees if resource == "model" else project.source_trees
        if entry is not None:
            yield _folder(entry, trees[project.name], resource)


def _folder(entry: Entry, level: TreeLevel, resource: Resource) -> Target:
    subject = OfTree(resource, level.path)
    keys = MODEL_KEYS if resource == "model" else SOURCE_KEYS
    inner = [
        setting_target(Entry(setting.key, setting.node), subject, resource)
        for key, setting in level.settings.items()
        if key in keys
    ]
    inner += [
        _folder(child.entry, child, resource) for child in level.children.values() if child.entry is not None
    ]
    children = tuple(sorted(inner, key=_start))
    return Target("folder", entry.key.span, entry.span, entry.key.text, subject, resource, children=children)


def _start(target: Target) -> tuple[int, int]:
    return target.span[:2]
