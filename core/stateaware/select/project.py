"""What a selection can name of a project, from its files alone.

Models, source tables, seeds and snapshots. Tests, exposures, metrics and the like are known from a manifest
only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.reader import Reader
from stateaware.config.values import JinjaFailure
from stateaware.errors import SelectionError
from stateaware.graph.build import latest_version
from stateaware.records import replace
from stateaware.select.resource import Resource
from stateaware.select.selectors import SELECTORS_FILE, Selectors, load_selectors
from stateaware.select.settings import Key, Settings, WrittenSettings, drop_unknown, merge, read_tags
from stateaware.syntax.sql.scan import scan_sql
from stateaware.syntax.tree import NOWHERE, Mapping, Scalar, Unknown

if TYPE_CHECKING:
    from stateaware.facts.files import ResourceFile
    from stateaware.graph.nodes import ModelNode, SourceNode
    from stateaware.project.packages import PackageSource
    from stateaware.syntax.sql.calls import SqlFacts
    from stateaware.workspace import Project

_MATERIALIZED: Final = {"sql": "view", "python": "table"}
_SNAPSHOT: Final = re.compile(r"\{%-?\s*snapshot\s+(\w+)\s*-?%\}(.*?)\{%-?\s*endsnapshot\s*-?%\}", re.DOTALL)


def from_project(project: Project) -> list[Resource]:
    """All models, source tables, seeds and snapshots of a project and its packages, disabled ones too.

    Tags and configuration are as far as the files show them without running dbt; parents as far as refs
    and sources are constants.
    """
    written = WrittenSettings(project)
    found = [_model(project, written, model) for model in project.models.values()]
    found += [_source(written, source) for source in project.sources.values()]
    for package in project.packages:
        files = project.package_files[package.name]
        found += [_seed(written, package, file) for file in files.seeds]
        for file in files.snapshots:
            found += _snapshots_of_file(project, written, package, file)
    found += _snapshots_of_properties(project, written)
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
            parents=_parents(project, written, model.facts, model.package),
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


def _snapshots_of_file(
    project: Project,
    written: WrittenSettings,
    package: PackageSource,
    file: ResourceFile,
) -> Iterator[Resource]:
    """The ``{% snapshot %}`` blocks of a file, whose name is a part of their fqn."""
    for match in _SNAPSHOT.finditer(project.text(file.file) or ""):
        name, facts = match[1], scan_sql(match[2])
        key = ("snapshots", package.name, name)
        fqn = (package.name, *file.folders, file.stem, name)
        own = written.of_item(package, written.items.get(key))
        settings = written.gather("snapshots", package, fqn, own, written.of_calls(package, facts.configs))
        yield _snapshot(
            name,
            fqn,
            file,
            package,
            _parents(project, written, facts, package),
            settings,
            _patch(written, key),
        )


def _snapshots_of_properties(project: Project, written: WrittenSettings) -> Iterator[Resource]:
    """Snapshots that a properties file defines, by naming what they are of."""
    packages = {package.name: package for package in project.packages}
    for key, item in written.items.items():
        section, package_name, name = key
        relation = item.value("relation")
        if section != "snapshots" or not isinstance(relation, Scalar):
            continue
        package, file = packages[package_name], written.files[key]
        fqn = (package_name, *file.folders, name)
        settings = written.gather("snapshots", package, fqn, written.of_item(package, item))
        facts = scan_sql(relation.text if "{{" in relation.text else "{{ " + relation.text + " }}")
        parents = _parents(project, written, facts, package)
        yield _snapshot(name, fqn, file, package, parents, settings, file.path)


def _snapshot(
    name: str,
    fqn: tuple[str, ...],
    file: ResourceFile,
    package: PackageSource,
    parents: tuple[str, ...],
    settings: Settings,
    patch: str,
) -> Resource:
    unique_id = f"snapshot.{package.name}.{name}"
    return _resource(
        Resource(
            unique_id, "snapshot", name, fqn, file.path, package.name, parents=parents, patch_path=patch
        ),
        merge([{"enabled": True, "materialized": "snapshot"}, settings]),
    )


def _parents(
    project: Project, written: WrittenSettings, facts: SqlFacts, package: PackageSource
) -> tuple[str, ...]:
    """Each parent that a constant names, once; snapshots of properties files are not all in the graph."""
    links = project.parents
    found = []
    for ref in facts.refs:
        version = None if ref.version is None else str(ref.version)
        known = links.ref(ref.name, ref.package, version, package.name)
        found.append(known or (None if version else written.snapshot(ref.name, ref.package, package.name)))
    found += [links.source(call.source, call.table, package.name) for call in facts.sources]
    return tuple(dict.fromkeys(key for key in found if key is not None))


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
