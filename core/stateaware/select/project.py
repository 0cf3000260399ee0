"""What a selection can name of a project, from its files alone.

Models, source tables, seeds and snapshots. Tests, exposures, metrics and the like are known from a manifest
only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stateaware.config.reader import Reader
from stateaware.config.values import JinjaFailure
from stateaware.errors import SelectionError
from stateaware.graph.build import latest_version
from stateaware.records import replace
from stateaware.select.resource import Resource
from stateaware.select.selectors import SELECTORS_FILE, Selectors, load_selectors
from stateaware.select.settings import Key, Settings, WrittenSettings, drop_unknown, merge, read_tags
from stateaware.syntax.tree import NOWHERE, Mapping, Scalar, Unknown

if TYPE_CHECKING:
    from stateaware.facts.files import ResourceFile
    from stateaware.graph.nodes import ModelNode, SourceNode
    from stateaware.graph.snapshots import SnapshotNode
    from stateaware.project.packages import PackageSource
    from stateaware.workspace import Project

_MATERIALIZED: Final = {"sql": "view", "python": "table"}


def from_project(project: Project) -> list[Resource]:
    """All models, source tables, seeds and snapshots of a project and its packages, disabled ones too.

    Tags and configuration are as far as the files show them without running dbt; parents as far as refs
    and sources are constants.
    """
    written = WrittenSettings(project)
    found = [_model(project, written, model) for model in project.models.values()]
    found += [_source(written, source) for source in project.sources.values()]
    for package in project.packages:
        found += [_seed(written, package, file) for file in project.package_files[package.name].seeds]
    found += [_snapshot(project, written, node) for node in project.snapshots]
    return found


def selectors_of(project: Project) -> Selectors:
    """The selectors of a project's selectors.yml, its Jinja rendered as far as that is possible without dbt.

    Raises:
        SelectionError: as for `load_selectors`; also where a value cannot be told.
    """
    reader = Reader(project.profile, project.contexts.maker("project", project.package))

    def render(text: str) -> object:
        value = reader.expand(Scalar(text, NOWHERE))
        found = value.native if isinstance(value, Scalar) else None
        if isinstance(found, (Unknown, JinjaFailure)) or found is None:
            raise SelectionError(
                f"{SELECTORS_FILE}: what `{text}` gives cannot be told without dbt", "Write the value itself."
            )
        return found

    return load_selectors(project.root, render)


def _model(project: Project, written: WrittenSettings, model: ModelNode) -> Resource:
    entry = model.entry
    key = ("models", entry.package.name, entry.name) if entry else ("models", model.package.name, model.name)
    item = written.items.get(key)
    own = written.of_item(model.package, item, _version_item(item, model.version_label))
    text = project.text(model.file.file) or ""
    calls = model.facts.configs if "config" in text else ()
    settings = written.gather(
        "models", model.package, model.lookup, own, written.of_calls(model.package, calls)
    )
    defaults: Settings = {"enabled": True, "materialized": _MATERIALIZED[model.language]}
    return _resource(
        Resource(
            model.unique_id,
            "model",
            model.name,
            model.fqn,
            model.file.path,
            model.package.name,
            version=model.version_label,
            latest_version=latest_version(entry.node) if entry and model.version_label else "",
            parents=project.parents.of(model).nodes,
            access=_text(settings.get("access")) or "protected",
            patch_path=_patch(written, key),
            empty=not text.strip(),
        ),
        merge([defaults, settings]),
    )


def _version_item(item: Mapping | None, label: str) -> Mapping | None:
    versions = item.value("versions") if item is not None and label else None
    for version in getattr(versions, "items", ()):
        written = version.value("v") if isinstance(version, Mapping) else None
        if isinstance(version, Mapping) and isinstance(written, Scalar) and written.text == label:
            return version
    return None


def _source(written: WrittenSettings, node: SourceNode) -> Resource:
    own = written.of_item(node.package, node.entry.node, node.table)
    settings = merge([{"enabled": True}, written.gather("sources", node.package, node.fqn, own)])
    return _resource(
        Resource(
            node.unique_id,
            "source",
            node.name,
            node.fqn,
            node.file.path,
            node.package.name,
            source_name=node.source_name,
        ),
        settings,
    )


def _seed(
    written: WrittenSettings,
    package: PackageSource,
    file: ResourceFile,
) -> Resource:
    fqn = (package.name, *file.folders, file.stem)
    key = ("seeds", package.name, file.stem)
    settings = written.gather("seeds", package, fqn, written.of_item(package, written.items.get(key)))
    unique_id = f"seed.{package.name}.{file.stem}"
    patch = _patch(written, key)
    return _resource(
        Resource(unique_id, "seed", file.stem, fqn, file.path, package.name, patch_path=patch),
        merge([{"enabled": True, "materialized": "seed"}, settings]),
    )


def _snapshot(project: Project, written: WrittenSettings, node: SnapshotNode) -> Resource:
    key = ("snapshots", node.package.name, node.name)
    own = written.of_item(node.package, written.items.get(key))
    calls = written.of_calls(node.package, node.facts.configs)
    settings = written.gather("snapshots", node.package, node.fqn, own, calls)
    return _resource(
        Resource(
            node.unique_id,
            "snapshot",
            node.name,
            node.fqn,
            node.file.path,
            node.package.name,
            parents=project.parents.of_snapshot(node).nodes,
            patch_path=_patch(written, key),
        ),
        merge([{"enabled": True, "materialized": "snapshot"}, settings]),
    )


def _patch(written: WrittenSettings, key: Key) -> str:
    file = written.files.get(key)
    return file.path if file else ""


def _resource(bare: Resource, settings: Settings) -> Resource:
    """A resource with what its settings say."""
    return replace(
        bare,
        tags=frozenset(read_tags(settings.get("tags"))),
        config=drop_unknown(settings),
        group=_text(settings.get("group")),
        enabled=str(settings.get("enabled")).lower() != "false",
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
