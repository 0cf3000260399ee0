"""Whether a model is ephemeral: then dbt inlines it, and its own parents count in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.rules.once import once_per_project
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import decode

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

KEY: Final = "materialized"
_EPHEMERAL: Final = "ephemeral"
_UNDECIDED: Final = "?"
_NEEDLE: Final = KEY.encode()


def is_ephemeral(project: Project, model: ModelNode) -> bool | None:
    """Whether a model is ephemeral; None where that cannot be told without running dbt."""
    found = _in_code(project, model) or _overridden(project, model)
    if not found:
        found = _in_properties(project).get((model.package.name, model.name), "")
    if not found:
        tree = model.package.project_file.mapping("models")
        found = _in_tree(tree, model) if tree is not None else ""
    return None if found == _UNDECIDED else found == _EPHEMERAL


def _in_code(project: Project, model: ModelNode) -> str:
    text = project.text(model.file.file)
    if text is not None and not _may_decide(project, text):
        return ""
    facts = model.facts
    if facts.problem is not None or project.inputs.macros.configures(facts.calls):
        return _UNDECIDED
    found = ""
    for call in facts.configs:
        entry = call.get(KEY)
        if entry is not None or call.unpacked:
            found = _UNDECIDED if entry is None or call.conditional else _text(entry.value)
    return found


def _may_decide(project: Project, text: str) -> bool:
    """Whether a model's text holds anything that may set the key: a glance, before the file is scanned."""
    words = (KEY, "**", *project.inputs.macros.configuring)
    return any(word in text for word in words)


def _overridden(project: Project, model: ModelNode) -> str:
    """The root project's word about a package's model, which is the strongest."""
    tree = project.project_file.mapping("models")
    return "" if model.package.is_root or tree is None else _in_tree(tree, model)


def _in_tree(tree: Mapping, model: ModelNode) -> str:
    found, level = "", tree
    for part in (*model.lookup, ""):
        for key in (KEY, f"+{KEY}"):
            value = level.value(key)
            if isinstance(value, Scalar):
                found = _text(value) or found
        below = level.value(part)
        if not isinstance(below, Mapping):
            break
        level = below
    return found


@once_per_project
def _in_properties(project: Project) -> dict[tuple[str, str], str]:
    """What properties files say, by package and model.

    Files are read anew, since of most entries only those about freshness are kept.
    """
    found: dict[tuple[str, str], str] = {}
    for facts in project.inputs.properties:
        try:
            data = project.inputs.read(facts.file.absolute)
            if _NEEDLE not in data:
                continue
            root = parse_yaml(decode(data)).root
        except (OSError, UnicodeDecodeError):
            continue
        for name, text in _entries(root):
            found[facts.package.name, name] = text
    return found


def _entries(root: Node | None) -> Iterator[tuple[str, str]]:
    models = root.value("models") if isinstance(root, Mapping) else None
    for item in models.items if isinstance(models, Sequence) else ():
        name = item.value("name") if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or not isinstance(name, Scalar):
            continue
        if item.get("versions") is not None:
            yield name.text, _UNDECIDED
            continue
        config = item.value("config")
        value = config.value(KEY) if isinstance(config, Mapping) else None
        if value is not None:
            yield name.text, _text(value)


def _text(node: Node) -> str:
    """A written materialization; nothing for null, undecided for Jinja."""
    if not isinstance(node, Scalar) or "{{" in node.text or "{%" in node.text:
        return _UNDECIDED
    value = scalar_value(node, "1.2")
    return value if isinstance(value, str) else ""
