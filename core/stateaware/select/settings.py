"""Every setting of a node that its files show: what `tag:`, `config.…:`, `group:` and the like look at.

For selection alone: the keys whose layers matter here are resolved in `stateaware.config`. Tags are added
up, ``meta`` is merged, and of anything else the strongest place wins, as in dbt Core. What cannot be told
without running dbt is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING, Final, TypeAlias

from stateaware.config.reader import Reader
from stateaware.config.values import JinjaFailure
from stateaware.facts.load import SLICED
from stateaware.syntax.slices import parse_slices
from stateaware.syntax.tree import Entry, Expression, Mapping, Node, Scalar, Unknown
from stateaware.syntax.tree import Sequence as ListNode
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import decode

if TYPE_CHECKING:
    from stateaware.facts.files import ResourceFile
    from stateaware.project.packages import PackageSource
    from stateaware.syntax.sql.calls import ConfigCall
    from stateaware.workspace import Project

Settings: TypeAlias = dict[str, object]
Key: TypeAlias = tuple[str, str, str]
"""The section, package and name of an item of a properties file."""

SECTIONS: Final = ("models", "sources", "seeds", "snapshots")
BESIDE: Final = ("access", "group", "tags", "meta")
"""Keys that dbt takes beside ``config:`` too."""

_NEEDLES: Final = ("config", "tags", "access", "group", "meta", "relation", "versions")
_MAPS: Final = frozenset({"meta", "docs", "contract", "persist_docs", "grants", "quoting", "column_types"})
"""Settings that are maps: in dbt_project.yml they are no folders, with a plus or without."""


class WrittenSettings:
    """The settings of a project's files, read anew and whole, as `Project` keeps of most only names."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._readers = {
            package.name: Reader(project.profile, project.contexts.maker("project", package))
            for package in project.packages
        }
        self._levels: dict[tuple[str, str, tuple[str, ...]], Settings] = {}
        self.items: dict[Key, Mapping] = {}
        """Items of properties files; the first of each."""
        self.files: dict[Key, ResourceFile] = {}
        """The properties file of each item."""
        for key, file, item in self._read_items():
            self.items.setdefault(key, item)
            self.files.setdefault(key, file)

    def gather(
        self, section: str, package: PackageSource, path: Sequence[str], *closer: Settings
    ) -> Settings:
        """The settings of a node: of its package's tree, of its own places, of the root project's tree."""
        layers = [*self._in_tree(section, package, path), *closer]
        if not package.is_root:
            layers += self._in_tree(section, self._project.package, path)
        return merge(layers)

    def of_item(self, package: PackageSource, *items: Mapping | None) -> Settings:
        """What an item of a properties file sets; of several (a source and its table) the last wins."""
        reader = self._project.readers[package.name]
        layers: list[Settings] = []
        for item in items:
            if item is None:
                continue
            layers.append(_settings(reader, (entry for entry in item.entries if entry.key.text in BESIDE)))
            config = item.value("config")
            if isinstance(config, Mapping):
                layers.append(_settings(reader, config.entries))
        return merge(layers)

    def of_calls(self, package: PackageSource, calls: Iterable[ConfigCall]) -> Settings:
        """What ``config()`` calls set; what one in a branch sets is not known."""
        reader = self._project.readers[package.name]
        layers: list[Settings] = []
        for call in calls:
            entries = (*call.placed, *call.arguments)
            if call.conditional:
                layers.append({entry.key.text: Unknown("set in a branch") for entry in entries})
            else:
                layers.append(_settings(reader, entries))
        return merge(layers)

    def _in_tree(self, section: str, package: PackageSource, path: Sequence[str]) -> Iterator[Settings]:
        level: Node | None = package.project_file.mapping(section)
        for depth in range(len(path) + 1):
            if not isinstance(level, Mapping):
                return
            at = (section, package.name, tuple(path[:depth]))
            if at not in self._levels:
                written = (entry for entry in level.entries if _is_setting(entry))
                self._levels[at] = _settings(self._readers[package.name], written)
            yield self._levels[at]
            level = level.value(path[depth]) if depth < len(path) else None

    def _read_items(self) -> Iterator[tuple[Key, ResourceFile, Mapping]]:
        for facts in self._project.properties:
            try:
                text = decode(self._project.inputs.read(facts.file.absolute))
            except (OSError, UnicodeDecodeError):  # a finding of its own
                continue
            document = parse_slices(text, _NEEDLES, SLICED) or parse_yaml(text)
            if not isinstance(document.root, Mapping):
                continue
            for section in SECTIONS:
                listed = document.root.value(section)
                for item in listed.items if isinstance(listed, ListNode) else ():
                    name = item.value("name") if isinstance(item, Mapping) else None
                    if isinstance(item, Mapping) and isinstance(name, Scalar):
                        yield (section, facts.package.name, name.text), facts.file, item


def merge(layers: Iterable[AnyMapping[str, object]]) -> Settings:
    """The settings of several places, the weakest first."""
    found: Settings = {}
    for layer in layers:
        for key, value in layer.items():
            before = found.get(key)
            if key == "tags":
                found[key] = sorted({*read_tags(before), *read_tags(value)})
            elif key == "meta" and isinstance(before, dict) and isinstance(value, dict):
                found[key] = {**before, **value}
            else:
                found[key] = value
    return found


def read_tags(value: object) -> list[str]:
    """Tags as a list; one may stand alone."""
    if isinstance(value, (list, tuple)):
        return [tag for tag in value if isinstance(tag, str)]
    return [value] if isinstance(value, str) else []


def _is_setting(entry: Entry) -> bool:
    key = entry.key.text
    return key.startswith("+") or key in _MAPS or not isinstance(entry.value, Mapping)


def drop_unknown(settings: Settings) -> Settings:
    """The settings without those that cannot be told."""
    return {key: value for key, value in settings.items() if not isinstance(value, (Unknown, JinjaFailure))}


def _settings(reader: Reader, entries: Iterable[Entry]) -> Settings:
    return {entry.key.text.removeprefix("+"): _native(reader.expand(entry.value)) for entry in entries}


def _native(node: Node) -> object:
    """The value of an expanded tree; what is not known below a map or a list is left out of it."""
    if isinstance(node, Scalar):
        return node.native
    if isinstance(node, Expression):
        return Unknown("an expression")
    if isinstance(node, Mapping):
        return drop_unknown({entry.key.text: _native(entry.value) for entry in node.entries})
    items = (_native(item) for item in node.items)
    return [item for item in items if not isinstance(item, (Unknown, JinjaFailure))]
