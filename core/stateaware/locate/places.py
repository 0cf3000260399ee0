"""From what is pointed at to the settings that decide it, or to the nodes that it decides."""

from __future__ import annotations

from stateaware.config.layers import Setting
from stateaware.explain.folder import folder_effective, reach_of
from stateaware.locate.hover import Near
from stateaware.locate.nodes import Node, nodes_of, once, settings_in_force, settings_of
from stateaware.locate.target import OfTree, Target
from stateaware.workspace import Project


def deciding_settings(target: Target, project: Project, near: Near) -> list[Setting]:
    """The settings in force for what is pointed at, each once; arguments as for `hover_text`."""
    subject = target.subject
    if isinstance(subject, OfTree):
        values = folder_effective(project, subject.resource, subject.path)
        winners = (one.winner for key, one in values.items() if target.setting in ("", key))
        return list(once(winner for winner in winners if winner is not None))
    return list(
        once(
            setting
            for node in _known(target, project, near)
            for setting in settings_in_force(node, target.setting)
        )
    )


def setting_places(target: Target, project: Project, near: Near) -> list[Setting]:
    """Every setting that speaks of the nodes of what is pointed at, in force or not."""
    return list(
        once(
            setting for node in _known(target, project, near) for setting in settings_of(node, target.setting)
        )
    )


def reached_by(target: Target, project: Project) -> tuple[Node, ...] | None:
    """The nodes that a place of dbt_project.yml reaches, for a setting those for which it is in force.

    None for everything else. The project must be whole.
    """
    subject = target.subject
    if not isinstance(subject, OfTree):
        return None
    nodes = nodes_of(project, subject)
    if not target.setting:
        return nodes
    effective = folder_effective(project, subject.resource, subject.path).get(target.setting)
    if effective is None:
        return ()
    others = {id(node) for node in reach_of(nodes, effective).others}
    return tuple(node for node in nodes if id(node) not in others)


def _known(target: Target, project: Project, near: Near) -> list[Node]:
    return [near(node).nodes[node.unique_id] for node in nodes_of(project, target.subject)]
