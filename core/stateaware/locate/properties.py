"""What can be pointed at in a properties file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from stateaware.config.reader import MODEL_KEYS, SOURCE_KEYS
from stateaware.facts.load import ITEM_NEEDLES, SLICED
from stateaware.graph.build import list_entries
from stateaware.locate.settings import settings_in
from stateaware.locate.target import OfEntry, Target
from stateaware.records import replace
from stateaware.syntax.slices import parse_slices
from stateaware.syntax.tree import Mapping, Scalar, Sequence
from stateaware.syntax.yaml import YamlDocument, parse_yaml

if TYPE_CHECKING:
    from stateaware.facts.load import PropertiesFacts
    from stateaware.graph.nodes import PropertiesEntry
    from stateaware.workspace import Project


def properties_targets(project: Project, facts: PropertiesFacts) -> Iterator[Target]:
    """The entries of models and sources, with their settings."""
    if facts.skipped:
        facts = replace(facts, document=_names_only(project.text(facts.file.file) or ""))
    for entry in list_entries(facts, project.readers[facts.package.name]):
        if entry.name_node is None:
            continue
        if entry.section == "models":
            yield _model(entry)
        elif entry.section == "sources":
            yield _source(entry)


@lru_cache(maxsize=8)
def _names_only(text: str) -> YamlDocument:
    """A file in which nothing is ours: the check does not read it."""
    return parse_slices(text, ITEM_NEEDLES, SLICED) or parse_yaml(text)


def _model(entry: PropertiesEntry) -> Target:
    subject = OfEntry("model", entry.package.name, entry.name, entry.node)
    versions = None if entry.is_bare else entry.node.value("versions")
    inner = [] if entry.is_bare else [*_settings(entry.node, MODEL_KEYS, subject)]
    for item in _maps(versions):
        label = item.value("v")
        if isinstance(label, Scalar):
            part = replace(subject, part=item, part_name=label.text)
            settings = _settings(item, MODEL_KEYS, part)
            inner.append(_entry(label, item, f"{entry.name}.v{label.text}", part, settings))
    return _entry(entry.name_node, entry.node, entry.name, subject, inner)


def _source(entry: PropertiesEntry) -> Target:
    overrides = entry.node.value("overrides")
    package = overrides.text if isinstance(overrides, Scalar) and overrides.text else entry.package.name
    subject = OfEntry("source", package, entry.name, entry.node)
    inner = [*_settings(entry.node, SOURCE_KEYS, subject)]
    for item in _maps(entry.node.value("tables")):
        name = item.value("name")
        if isinstance(name, Scalar):
            part = replace(subject, part=item, part_name=name.text)
            settings = _settings(item, SOURCE_KEYS, part)
            inner.append(_entry(name, item, f"{entry.name}.{name.text}", part, settings))
    return _entry(entry.name_node, entry.node, entry.name, subject, inner)


def _settings(item: Mapping, keys: tuple[str, ...], subject: OfEntry) -> Iterator[Target]:
    """Settings in ``config`` and, where dbt reads some or people expect it, beside it."""
    yield from settings_in(item, keys, subject, subject.resource)
    yield from settings_in(item.value("config"), keys, subject, subject.resource)


def _entry(
    name: Scalar | None, item: Mapping, label: str, subject: OfEntry, inner: Iterable[Target]
) -> Target:
    span = item.span if name is None else name.span
    children = tuple(sorted(inner, key=_start))
    return Target("entry", span, item.span, label, subject, subject.resource, children=children)


def _start(target: Target) -> tuple[int, int]:
    return target.span[:2]


def _maps(node: object) -> Iterator[Mapping]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            yield item
