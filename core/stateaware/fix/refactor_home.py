"""Moves a setting of one model between its ``config()`` call and its properties."""

from __future__ import annotations

from stateaware.config.layers import Setting
from stateaware.findings import Edit
from stateaware.fix.code_edit import add_argument, add_call, remove_argument
from stateaware.fix.refactor import Refactoring, changed_by, key_of
from stateaware.fix.values_text import as_code, as_yaml, as_yaml_lines
from stateaware.fix.yaml_edit import delete_entry, entry_text
from stateaware.fix.yaml_put import Written, put
from stateaware.graph.nodes import ModelNode
from stateaware.records import dataclass
from stateaware.syntax.sql.calls import ConfigCall
from stateaware.syntax.tree import Entry, Mapping, Scalar, Sequence
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import SourceText
from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class SettingText:
    """A setting as YAML: over several lines for a key at a column, and on one line if it can be."""

    lines: Written
    flow: str | None


def to_properties(project: Project, model: ModelNode, setting: Setting) -> Refactoring | None:
    """``config(freshness=...)`` to the ``config:`` of the model's entry, which is there already."""
    home = home_of(project, model) if setting.layer.kind == "config()" else None
    if home is None:
        return None
    (file, item), key = home, key_of(setting)
    gone, written = removed(project, model, setting), text_of(project, model, setting, key)
    text = project.text(file)
    if text is None or written is None or not gone or _holds(item, key):
        return None
    added = put(SourceText(file, text), item, ("config",), written.lines, written.flow)
    return _proven(project, f"Move `{key}` from config() to {file}", gone, added)


def to_code(project: Project, model: ModelNode, setting: Setting) -> Refactoring | None:
    """The ``freshness`` of a model's properties to a ``config()`` call in its file."""
    if setting.layer.kind != "properties":
        return None
    key, file = key_of(setting), model.file.file
    python = model.language == "python"
    value = as_code(setting.node, project.profile.yaml, python=python)
    gone, text = removed(project, model, setting), project.text(file)
    if value is None or text is None or not gone or model.facts.problem is not None:
        return None
    source = SourceText(file, text)
    calls = [call for call in model.facts.configs if not call.conditional]
    if any(call.get(key) is not None for call in model.facts.configs):
        return None
    if calls:
        added = add_argument(source, calls[-1], f"{key}={value}")
    else:
        added = () if python else add_call(source, f"{key}={value}")
    return _proven(project, f"Move `{key}` to config() in {file}", gone, added)


def _proven(
    project: Project, title: str, gone: tuple[Edit, ...], added: tuple[Edit, ...]
) -> Refactoring | None:
    edits = (*gone, *added)
    return Refactoring(title, edits) if added and changed_by(project, edits) == () else None


def removed(project: Project, model: ModelNode, setting: Setting) -> tuple[Edit, ...]:
    """Edits that take a setting away from where it is; none where that cannot be done cleanly."""
    text = project.text(setting.file)
    if text is None:
        return ()
    source, key = SourceText(setting.file, text), key_of(setting)
    if setting.layer.kind == "config()":
        found = _argument(model, key)
        return () if found is None else remove_argument(source, *found)
    item = _item(project, model)
    config = None if item is None else item.get("config")
    if item is None or config is None or not isinstance(config.value, Mapping):
        return ()
    entry = config.value.get(key)
    if entry is None:
        return ()
    if len(config.value.entries) == 1:
        return delete_entry(source, item, config)
    return delete_entry(source, config.value, entry)


def text_of(project: Project, model: ModelNode, setting: Setting, name: str) -> SettingText | None:
    """A setting as YAML under another name; None where it cannot be written as such."""
    key = key_of(setting)
    if setting.layer.kind == "config()":
        found = _argument(model, key)
        if found is None:
            return None
        value, flow = found[1].value, as_yaml(found[1].value)
        if flow is None:
            return None
        return SettingText(lambda column: f"{name}:{as_yaml_lines(value, column)}", f"{name}: {flow}")
    item, text = _item(project, model), project.text(setting.file)
    config = None if item is None else item.value("config")
    entry = config.get(key) if isinstance(config, Mapping) else None
    if entry is None or text is None:
        return None
    source, own = SourceText(setting.file, text), entry
    line = entry_text(source, own, name, 0)
    return SettingText(
        lambda column: entry_text(source, own, name, column),
        line if line is not None and "\n" not in line and "#" not in line else None,
    )


def _argument(model: ModelNode, key: str) -> tuple[ConfigCall, Entry] | None:
    """The one argument that sets a key."""
    facts = model.facts
    found = [(call, entry) for call in facts.configs if (entry := call.get(key)) is not None]
    if len(found) != 1 or facts.needs_render or facts.problem is not None:
        return None
    call = found[0][0]
    plain = not (call.conditional or call.placed or call.unpacked or call.replaced or call.duplicate_kwargs)
    return found[0] if plain else None


def home_of(project: Project, model: ModelNode) -> tuple[str, Mapping] | None:
    """The properties file with the model's item, and the item.

    Of files that say nothing of ours the project knows no entries, so these are searched.
    """
    if model.entry is not None:
        item = _item(project, model)
        return None if item is None else (model.entry.file.file, item)
    name = model.name.encode()
    for facts in project.inputs.properties:
        if not facts.skipped or not facts.package.is_root:
            continue
        try:
            named = name in project.inputs.read(facts.file.absolute)
        except OSError:
            continue
        item = _item_in(project.text(facts.file.file), model.name) if named else None
        if item is not None:
            return facts.file.file, item
    return None


def _item(project: Project, model: ModelNode) -> Mapping | None:
    """The model's item in its properties file, read whole: the project may know only a part of it."""
    entry = model.entry
    if entry is None or not entry.package.is_root:
        return None
    return _item_in(project.text(entry.file.file), model.name)


def _item_in(text: str | None, name: str) -> Mapping | None:
    root = None if text is None else parse_yaml(text).root
    models = root.value("models") if isinstance(root, Mapping) else None
    found = [
        item
        for item in (models.items if isinstance(models, Sequence) else ())
        if isinstance(item, Mapping)
        and isinstance(written := item.value("name"), Scalar)
        and written.text == name
        and item.get("versions") is None
    ]
    return found[0] if len(found) == 1 else None


def _holds(item: Mapping, key: str) -> bool:
    config = item.value("config")
    return isinstance(config, Mapping) and config.get(key) is not None
