"""Moves a setting of one model to its folder in dbt_project.yml."""

from __future__ import annotations

from stateaware.config.layers import Setting
from stateaware.fix.refactor import Refactoring, changed_by, key_of
from stateaware.fix.refactor_home import removed, text_of
from stateaware.fix.yaml_put import put
from stateaware.graph.nodes import ModelNode
from stateaware.syntax.tree import Mapping
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import SourceText
from stateaware.workspace import Project


def move_to_folder(project: Project, model: ModelNode, setting: Setting) -> Refactoring | None:
    """The move, with how many other models get another value by it in its title.

    ``project`` is all of it, since any model of the folder may be concerned. None where the model itself
    would get another value, the folder sets one of its own already, or no clean edit does it.
    """
    key, path = key_of(setting), model.lookup[:-1]
    file = model.package.project_file.file
    text = project.text(file)
    root = None if text is None else parse_yaml(text).root
    if text is None or not isinstance(root, Mapping) or not path:
        return None
    levels = project.model_trees[model.package.name].lookup(path)
    if len(levels) > len(path) and key in levels[-1].settings:
        return None
    gone = removed(project, model, setting)
    written = text_of(project, model, setting, f"+{key}")
    if not gone or written is None:
        return None
    added = put(SourceText(file, text), root, ("models", *path), written.lines, written.flow)
    if not added:
        return None
    edits = (*gone, *added)
    changed = changed_by(project, edits)
    if changed is None or model.unique_id in changed:
        return None
    where = f"folder {path[-1]}" if len(path) > 1 else "project"
    others = f" (changes {len(changed)} other model{'s' if len(changed) > 1 else ''})" if changed else ""
    return Refactoring(f"Move `{key}` to the {where} in {file}{others}", edits, changed)
