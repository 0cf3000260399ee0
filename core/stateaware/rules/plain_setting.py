"""The value in force of a plain setting of models and snapshots, of which only words count (`materialized`).

For keys whose layers are not resolved as those of `freshness` are: the strongest place that sets it wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.graph.snapshots import SnapshotNode
from stateaware.rules.once import once_per_project
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import decode

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

_UNDECIDED: Final = "?"


def plain_setting(project: Project, node: ModelNode | SnapshotNode, key: str) -> str | None:
    """The value as text (``view``, ``false``); empty where nothing sets it, None where it cannot be told."""
    section = "snapshots" if isinstance(node, SnapshotNode) else "models"
    path = node.fqn if isinstance(node, SnapshotNode) else node.lookup
    found = _overridden(project, section, node, path, key) or _in_code(project, node, key)
    if not found:
        found = _in_properties(project, section, key).get((node.package.name, node.name), "")
    if not found:
        tree = node.package.project_file.mapping(section)
        found = _in_tree(tree, path, key) if tree is not None else ""
    return None if found == _UNDECIDED else found


def _in_code(project: Project, node: ModelNode | SnapshotNode, key: str) -> str:
    text = node.code if isinstance(node, SnapshotNode) else project.text(node.file.file)
    if text is not None and not _may_decide(project, text, key):
        return ""
    facts = node.facts
    if facts.problem is not None or project.inputs.macros.configures(facts.calls):
        return _UNDECIDED
    found = ""
    for call in facts.configs:
        entry = call.get(key)
        if entry is not None or call.unpacked:
            found = _UNDECIDED if entry is None or call.conditional else _text(entry.value)
    return found


def _may_decide(project: Project, text: str, key: str) -> bool:
    """Whether a node's text holds anything that may set the key: a glance, before the file is scanned."""
    words = (key, "**", *project.inputs.macros.configuring)
    return any(word in text for word in words)


def _overridden(
    project: Project, section: str, node: ModelNode | SnapshotNode, path: tuple[str, ...], key: str
) -> str:
    """The root project's word about a package's node, which is the strongest."""
    tree = project.project_file.mapping(section)
    return "" if node.package.is_root or tree is None else _in_tree(tree, path, key)


def _in_tree(tree: Mapping, path: tuple[str, ...], key: str) -> str:
    found, level = "", tree
    for part in (*path, ""):
        for written in (key, f"+{key}"):
            value = level.value(written)
            if isinstance(value, Scalar):
                found = _text(value) or found
        below = level.value(part)
        if not isinstance(below, Mapping):
            break
        level = below
    return found


@once_per_project
def _found_in_properties(project: Project) -> dict[tuple[str, str], dict[tuple[str, str], str]]:
    return {}


def _in_properties(project: Project, section: str, key: str) -> dict[tuple[str, str], str]:
    """What properties files say, by package and name.

    Files are read anew, since of most entries only those about freshness are kept.
    """
    by_key = _found_in_properties(project)
    if (section, key) in by_key:
        return by_key[section, key]
    found = by_key[section, key] = {}
    needle = key.encode()
    for facts in project.inputs.properties:
        try:
            data = project.inputs.read(facts.file.absolute)
            if needle not in data:
                continue
            root = parse_yaml(decode(data)).root
        except (OSError, UnicodeDecodeError):
            continue
        for name, text in _entries(root, section, key):
            found[facts.package.name, name] = text
    return found


def _entries(root: Node | None, section: str, key: str) -> Iterator[tuple[str, str]]:
    listed = root.value(section) if isinstance(root, Mapping) else None
    for item in listed.items if isinstance(listed, Sequence) else ():
        name = item.value("name") if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or not isinstance(name, Scalar):
            continue
        if item.get("versions") is not None:
            yield name.text, _UNDECIDED
            continue
        config = item.value("config")
        value = config.value(key) if isinstance(config, Mapping) else None
        if value is not None:
            yield name.text, _text(value)


def _text(node: Node) -> str:
    """A written value; nothing for null, undecided for Jinja."""
    if not isinstance(node, Scalar) or "{{" in node.text or "{%" in node.text:
        return _UNDECIDED
    value = scalar_value(node, "1.2")
    return str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else ""
