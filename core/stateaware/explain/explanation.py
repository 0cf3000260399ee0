"""What is in force for one node, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from stateaware.config.engines import possible_engines
from stateaware.config.layers import Effective, Setting
from stateaware.config.profiles import EngineName, Profile
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE
from stateaware.explain.conclusions import conclude_model, conclude_source
from stateaware.explain.words import freshness_words, value_words
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.records import dataclass
from stateaware.workspace import Project

Status: TypeAlias = Literal[
    "in force",
    "partly in force",
    "clears",
    "inherits",
    "set aside",
    "shadowed",
    "cleared",
    "dropped",
    "not valid",
]

_SOURCE_PATHS: Final = (FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY)
_RIVALS: Final = {LOADED_AT_FIELD: LOADED_AT_QUERY, LOADED_AT_QUERY: LOADED_AT_FIELD}
"""Of these only one dates a table: the other is set aside."""


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One place that sets the key, and what becomes of it."""

    setting: Setting
    status: Status
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What another engine makes of the same files."""

    engine: EngineName
    title: str
    value: object
    text: str


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One key: its value in words, every place that sets it (the strongest first), other engines."""

    key: str
    effective: Effective
    text: str
    layers: tuple[LayerLine, ...]
    engines: tuple[Difference, ...]
    same_engines: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParentLine:
    """A direct parent and what matters about it."""

    unique_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that ``explain`` says about a node."""

    node: ModelNode | SourceNode
    values: tuple[ValueLine, ...]
    parents: tuple[ParentLine, ...]
    complete: bool
    conclusion: str


def explain_node(project: Project, node: ModelNode | SourceNode) -> Explanation:
    """Explain a model or a source table under the project's engine."""
    if isinstance(node, SourceNode):
        effective = node.config.effective if node.config is not None else {}
        values = tuple(_value_line(project, node, effective[key]) for key in _SOURCE_PATHS)
        return Explanation(node, values, (), True, conclude_source(effective))
    keys = [FRESHNESS]
    if node.effective[STATE].winner is not None or node.effective[STATE].shadowed:
        keys.append(STATE)
    values = tuple(_value_line(project, node, node.effective[key]) for key in keys)
    links = project.parents.of(node)
    parents = tuple(ParentLine(unique_id, _parent_text(project, unique_id)) for unique_id in links.nodes)
    conclusion = conclude_model(node.effective, len(parents), complete=links.complete)
    return Explanation(node, values, parents, links.complete, conclusion)


def _value_line(project: Project, node: ModelNode | SourceNode, effective: Effective) -> ValueLine:
    return value_line(
        "source" if isinstance(node, SourceNode) else "model",
        effective,
        _engines(project, node, effective),
        partly=_parts_in_force(node, effective.key),
        rival=_rival(node, effective),
    )


def value_line(
    resource: str,
    effective: Effective,
    others: Iterable[tuple[Profile, Effective]] = (),
    *,
    partly: Iterable[Setting] = (),
    rival: Setting | None = None,
) -> ValueLine:
    """Say what is in force for one key.

    Args:
        resource: ``model`` or ``source``.
        effective: the value and the places that set it.
        others: what is in force under the project's other possible engines.
        partly: settings that hold for a part of the value.
        rival: the setting that dates a table in place of those of this key.
    """
    layers = tuple(_layer_lines(resource, effective, list(partly), set_aside=rival is not None))
    differences, same = _differences(resource, effective, others)
    if effective.unknown is not None:
        text = f"unknown until dbt runs: {effective.unknown.reason}"
    elif resource == "model" and effective.key == FRESHNESS and effective.cleared:
        text = freshness_words({})
    elif effective.key == STATE and effective.cleared:
        text = "switched off: no `state` is in force"
    else:
        text = value_words(resource, effective.key, effective.value)
    notes = [
        f"{line.setting.file}:{line.setting.span.line} is not valid, and dbt stops there or leaves it out"
        for line in layers
        if line.status == "not valid"
    ]
    notes += [
        f"{line.setting.file}:{line.setting.span.line} is half a block; nothing is inherited for the rest"
        for line in layers
        if line.status == "in force" and _is_half(effective.value)
    ]
    if rival is not None and any(line.status == "set aside" for line in layers):
        notes.append(f"set aside by {rival.key.text.lstrip('+')} in {rival.file}:{rival.span.line}")
    return ValueLine(effective.key, effective, text, layers, differences, same, tuple(notes))


def _rival(node: ModelNode | SourceNode, effective: Effective) -> Setting | None:
    """The setting that dates a table in place of one that is set and not in force."""
    if not isinstance(node, SourceNode) or node.config is None or effective.winner is not None:
        return None
    other = node.config.effective.get(_RIVALS.get(effective.key, ""))
    return other.winner if other is not None else None


def _is_half(value: object) -> bool:
    rules = value.get("build_after") if isinstance(value, dict) else None
    return isinstance(rules, dict) and (rules.get("count") is None) != (rules.get("period") is None)


def _parts_in_force(node: ModelNode | SourceNode, key: str) -> list[Setting]:
    """Settings that hold for a part of the value: a source's threshold under a table's other one."""
    if not isinstance(node, SourceNode) or node.config is None or key != FRESHNESS:
        return []
    parts = (one for name, one in node.config.effective.items() if name.startswith(f"{FRESHNESS}."))
    return [one.winner for one in parts if one.winner is not None]


def _layer_lines(
    resource: str, effective: Effective, partly: list[Setting], *, set_aside: bool
) -> Iterable[LayerLine]:
    winner = effective.winner
    below = False
    for setting in effective.order:
        text = setting_words(resource, effective.key, setting)
        status: Status
        if setting is winner:
            status = "clears" if effective.cleared else "in force"
            below = True
        elif setting.block.presence == "invalid":
            status = "not valid"
        elif setting.dropped:
            status = "dropped"
        elif any(setting is one for one in partly):
            status = "partly in force"
        elif set_aside and setting.block.presence not in ("null", "ignored"):
            status = "set aside"
        elif not below:
            status = "inherits"
        else:
            status = "cleared" if effective.cleared else "shadowed"
        yield LayerLine(setting, status, text)


def setting_words(resource: str, key: str, setting: Setting) -> str:
    """The value written in one place, short."""
    if setting.block.unknown is not None:
        return "unknown"
    if setting.block.presence in ("null", "ignored"):
        return "null" if setting.block.presence == "null" else "nothing dbt reads"
    if setting.block.presence == "invalid":
        return "not valid"
    return value_words(resource, key, setting.block.value, short=True)


def _engines(
    project: Project, node: ModelNode | SourceNode, effective: Effective
) -> Iterator[tuple[Profile, Effective]]:
    """What is in force under the other engines that the project may run on."""
    for sibling in other_engines(project):
        other = _same_node(sibling, node)
        found = None if other is None else _effective_of(other, effective.key)
        if found is not None:
            yield sibling.profile, found


def other_engines(project: Project) -> Iterator[Project]:
    """The project under each other engine that it may run on."""
    for engine in possible_engines(project.project_file, project.profile):
        if engine != project.profile.name:
            yield project.under(engine)


def _differences(
    resource: str, effective: Effective, others: Iterable[tuple[Profile, Effective]]
) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    differences, same = [], []
    for profile, found in others:
        if same_value(effective, found):
            same.append(profile.title)
        else:
            words = value_words(resource, effective.key, found.value)
            differences.append(Difference(profile.name, profile.title, found.value, words))
    return tuple(differences), tuple(same)


def _same_node(project: Project, node: ModelNode | SourceNode) -> ModelNode | SourceNode | None:
    if isinstance(node, ModelNode):
        return project.models.get(node.unique_id)
    return next((other for other in project.sources.values() if other.fqn == node.fqn), None)


def _effective_of(node: ModelNode | SourceNode, key: str) -> Effective | None:
    if isinstance(node, ModelNode):
        return node.effective.get(key)
    return node.config.effective.get(key) if node.config is not None else None


def same_value(one: Effective, other: Effective) -> bool:
    """Whether two engines mean the same, though they may store it differently.

    dbt Core fills in ``updates_on: any`` and a null filter; an empty text and null both mean nothing.
    """
    return _meaning(one.value) == _meaning(other.value)


def _meaning(value: object) -> object:
    if isinstance(value, dict):
        kept = {key: meaning for key, part in value.items() if (meaning := _meaning(part)) is not None}
        if kept.get("updates_on") == "any":
            del kept["updates_on"]
        return kept or None
    return None if value == "" else value


def _parent_text(project: Project, unique_id: str) -> str:
    model = project.models.get(unique_id)
    if model is not None:
        value = model.effective[FRESHNESS].value
        if isinstance(value, dict) and isinstance(value.get("build_after"), dict):
            return f"build_after {value_words('model', FRESHNESS, value, short=True)}"
        return "no build_after"
    source = project.sources.get(unique_id)
    if source is None or source.config is None:
        return unique_id.split(".", 1)[0]
    effective = source.config.effective
    for key in (LOADED_AT_FIELD, LOADED_AT_QUERY):
        value = effective[key].value
        if value:
            return f"{key} {value_words('source', key, value)}" if key == LOADED_AT_FIELD else key
    return "dated by the warehouse's metadata"
