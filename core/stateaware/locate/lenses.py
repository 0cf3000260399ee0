"""A line for each node and folder of a file: what is in force, where it comes from or what it overrides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from stateaware.config.layers import Effective, Setting
from stateaware.config.reader import FRESHNESS, STATE
from stateaware.explain.explanation import setting_words
from stateaware.explain.folder import explain_folder
from stateaware.explain.words import value_words
from stateaware.graph.nodes import ModelNode
from stateaware.locate.find import outline
from stateaware.locate.nodes import Node, nodes_of, once, settings_in_force, values_of
from stateaware.locate.target import OfEntry, OfTree, Target
from stateaware.project.project_file import PROJECT_FILE
from stateaware.records import dataclass
from stateaware.text.span import Span
from stateaware.workspace import Project

SEPARATOR: Final = "  ·  "


@dataclass(frozen=True, slots=True)
class Lens:
    """What is said about a node or folder at its place.

    ``span`` is its name, ``value`` what is in force, ``beside`` where that comes from, what it overrides
    or how far it reaches. ``inherited`` says that nothing at this place sets it. ``places`` are the
    settings that one may want to go to, the one in force first. ``model`` is its unique_id, if it is one.
    """

    span: Span
    value: str
    beside: str
    inherited: bool
    places: tuple[Setting, ...]
    model: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return SEPARATOR.join(part for part in (self.value, self.beside) if part)


def lenses(project: Project, file: str) -> Iterator[Lens]:
    """The lenses of a project-relative file, in written order.

    The project must hold what is near the file's nodes; the whole for dbt_project.yml. Where nothing is
    in force nothing is said.
    """
    if file == PROJECT_FILE:
        for top in outline(project, file):
            for target in top.walk():
                if target.kind == "folder" and isinstance(target.subject, OfTree):
                    yield from _of_folder(project, target, target.subject)
        return
    code = next((model for model in project.models.values() if model.file.file == file), None)
    if code is not None:
        yield from _of_node(code, Span.at(1, 1), lambda setting: setting.file == file)
        return
    seen = set()
    for top in outline(project, file):
        for target in top.walk():
            subject = target.subject
            if target.kind != "entry" or not isinstance(subject, OfEntry):
                continue
            if subject.resource == "source" and subject.part is None:
                continue  # its tables speak for themselves
            nodes = nodes_of(project, subject)
            if len(nodes) == 1 and nodes[0].unique_id not in seen:
                seen.add(nodes[0].unique_id)  # a model with one version is named twice
                yield from _of_node(nodes[0], target.span, _inside(file, target.full))


def _inside(file: str, full: Span) -> Callable[[Setting], bool]:
    return lambda setting: setting.file == file and full.contains(setting.span.line, setting.span.column)


def _of_node(node: Node, span: Span, own: Callable[[Setting], bool]) -> Iterator[Lens]:
    values = values_of(node)
    freshness = values.get(FRESHNESS)
    if freshness is None or freshness.winner is None:
        return
    resource = "model" if isinstance(node, ModelNode) else "source"
    value = _value(resource, freshness)
    state = values.get(STATE)
    if resource == "model" and state is not None and state.winner is not None and state.value is not None:
        value += f"{SEPARATOR}state {value_words(resource, STATE, state.value)}"
    inherited = not own(freshness.winner)
    below = freshness.order[freshness.order.index(freshness.winner) + 1 :]
    beaten = next((one for one in below if one.block.presence == "set"), None)
    if inherited:
        beside = f"from {_place(freshness.winner)}"
    elif beaten is not None:
        beside = f"overrides {setting_words(resource, FRESHNESS, beaten)} ({_place(beaten)})"
    else:
        beside = ""
    places = once([freshness.winner, *settings_in_force(node), *freshness.shadowed])
    model = node.unique_id if isinstance(node, ModelNode) else ""
    yield Lens(span, value, beside, inherited, tuple(places), model)


def _value(resource: str, effective: Effective) -> str:
    if effective.unknown is not None:
        words = "unknown until dbt runs"
    else:
        words = value_words(resource, FRESHNESS, effective.value, short=True)
    return f"build_after {words}" if resource == "model" else words


def _of_folder(project: Project, target: Target, subject: OfTree) -> Iterator[Lens]:
    set_here = {child.setting for child in target.children if child.path}
    for value in explain_folder(project, subject.resource, subject.path).values:
        winner = value.line.effective.winner
        if winner is None or value.line.key not in set_here:
            continue
        others = [one for node in value.reach.others for one in settings_in_force(node, value.line.key)]
        beside = value.reach_text.replace(", ", SEPARATOR)
        words = value_words(subject.resource, value.line.key, value.line.effective.value, short=True)
        named = subject.resource == "model" and value.line.key == FRESHNESS
        text = f"build_after {words}" if named else f"{value.line.key} {words}"
        yield Lens(target.span, text, beside, False, tuple(once([winner, *others])))


def _place(setting: Setting) -> str:
    return f"{setting.file}:{setting.span.line}"
