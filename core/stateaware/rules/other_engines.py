"""What is in force for one node under another engine, without computing the whole project again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stateaware.config.layers import Effective, Setting
from stateaware.config.models import ModelLayers, resolve_model
from stateaware.config.profiles import PROFILES, Profile
from stateaware.config.reader import FRESHNESS
from stateaware.config.sources import SourceLayers, resolve_source
from stateaware.records import replace
from stateaware.rules.faults import reader_of
from stateaware.syntax.tree import Mapping

if TYPE_CHECKING:
    from stateaware.config.profiles import EngineName
    from stateaware.graph.nodes import ModelNode, SourceNode
    from stateaware.project.packages import PackageSource
    from stateaware.workspace import Project


def model_under(project: Project, model: ModelNode, key: str, engine: EngineName) -> Effective | None:
    """The effective value of a model's key under an engine.

    Versioned models, whose layers differ between engines, are looked up in the whole project instead.
    """
    if engine == project.profile.name:
        return model.effective.get(key)
    if model.version is not None:
        other = project.under(engine).models.get(model.unique_id)
        return other.effective.get(key) if other is not None else None
    layers, root = model.layers[key], project.package
    entry = model.entry.package if model.entry is not None else model.package
    again = ModelLayers(
        own=_again(project, layers.own, key, model.package, engine),
        properties=_again(project, layers.properties, key, entry, engine),
        code=_again(project, layers.code, key, model.package, engine),
        root=_again(project, layers.root, key, root, engine),
        has_properties=layers.has_properties,
    )
    return resolve_model(key, again, PROFILES[engine])


def source_under(project: Project, table: SourceNode, engine: EngineName) -> dict[str, Effective]:
    """The effective values of a source table under an engine, by key path."""
    if engine == project.profile.name:
        return table.config.effective if table.config is not None else {}
    profile, package = PROFILES[engine], table.package
    again = {
        key: SourceLayers(
            own=_again(project, _counting(layers.own, key, profile), key, package, engine, source=True),
            source=_again(project, layers.source, key, package, engine, source=True),
            root=_again(project, layers.root, key, project.package, engine, source=True),
            table=_again(project, layers.table, key, package, engine, source=True),
        )
        for key, layers in table.layers.items()
    }
    return resolve_source(again, profile).effective


def _counting(settings: tuple[Setting, ...], key: str, profile: Profile) -> tuple[Setting, ...]:
    return settings if key == FRESHNESS or profile.project_loaded_at else ()


def _again(
    project: Project,
    settings: Iterable[Setting],
    key: str,
    package: PackageSource,
    engine: EngineName,
    *,
    source: bool = False,
) -> tuple[Setting, ...]:
    profile = PROFILES[engine]
    return tuple(
        replace(
            setting,
            block=reader_of(project, setting.layer, package, engine).read(key, setting.node, source=source),
        )
        for setting in _read_by(settings, profile)
    )


def _read_by(settings: Iterable[Setting], profile: Profile) -> Iterator[Setting]:
    """The settings that an engine sees: not every engine takes a key without `+`, or one beside config."""
    for setting in settings:
        in_tree = setting.layer.kind in ("models", "project", "folder", "file")
        path = isinstance(setting.node, Mapping) or not profile.plain_scalars
        if in_tree and path and not setting.key.text.startswith("+") and not profile.plain_keys:
            continue
        if not setting.layer.legacy or profile.legacy_sources:
            yield setting
