"""The values in force of plain settings, of which only the words count: `enabled`, `materialized`.

For keys whose layers are not resolved as those of `freshness` are: the strongest place that sets it wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.reader import Reader
from stateaware.config.values import JinjaFailure
from stateaware.graph.nodes import ModelNode
from stateaware.graph.snapshots import SnapshotNode
from stateaware.records import cached_property, dataclass
from stateaware.syntax.tree import Expression, Mapping, Node, Scalar, Sequence, Unknown
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import decode

if TYPE_CHECKING:
    from stateaware.config.frame import Frame
    from stateaware.config.rendering import Rendering
    from stateaware.facts.files import ResourceFile
    from stateaware.facts.load import PropertiesFacts
    from stateaware.facts.macros import Macros
    from stateaware.project.packages import PackageSource

_UNDECIDED: Final = "?"


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose setting: its list in properties files, and its path in the trees of dbt_project.yml."""

    section: str
    package: PackageSource
    name: str
    path: tuple[str, ...]


class PlainSettings:
    """Looks up plain settings of models, snapshots and seeds. Its answers do not change."""

    def __init__(
        self,
        packages: tuple[PackageSource, ...],
        properties: Iterable[PropertiesFacts],
        frame: Frame,
        macros: Macros,
        rendering: Rendering,
        read: Callable[[str], bytes],
    ) -> None:
        self._root = packages[0]
        self._properties = properties
        self._frame = frame
        self._macros = macros
        self._rendering = rendering
        self._read = read
        self._in_files: dict[tuple[str, str], dict[tuple[str, str], str]] = {}
        self._readers: dict[tuple[str, str], Reader] = {}
        self._said: dict[int, str] = {}
        """What a value in a tree of dbt_project.yml says, by its identity: the trees live as long as this."""

    def model(self, model: ModelNode, key: str) -> str | None:
        """The value as text (``view``, ``false``); empty where none is set, None where it cannot be told."""
        subject = _Subject("models", model.package, model.name, model.lookup)
        return self._strongest(subject, key, lambda: self._in_code(model, self._rendering.text(model), key))

    def snapshot(self, node: SnapshotNode, key: str) -> str | None:
        """The same of a snapshot."""
        subject = _Subject("snapshots", node.package, node.name, node.fqn)
        return self._strongest(subject, key, lambda: self._in_code(node, node.code, key))

    def seed(self, package: PackageSource, file: ResourceFile, key: str) -> str | None:
        """The same of a seed, by its file."""
        path = (package.name, *file.folders, file.stem)
        return self._strongest(_Subject("seeds", package, file.stem, path), key, str)

    def _strongest(self, subject: _Subject, key: str, in_code: Callable[[], str]) -> str | None:
        package = subject.package
        found = "" if package.is_root else self._in_tree(self._root, subject, key)
        found = found or in_code()
        if not found:
            found = self._in_properties(subject.section, key).get((package.name, subject.name), "")
        found = found or self._in_tree(package, subject, key)
        return None if found == _UNDECIDED else found

    def _reader(self, place: str, package: PackageSource) -> Reader:
        reader = self._readers.get((place, package.name))
        if reader is None:
            make = self._frame.contexts.maker("sql" if place == "sql" else "project", package)
            reader = self._readers[place, package.name] = Reader(self._frame.options.profile, make)
        return reader

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return ("**", *self._macros.configuring)

    def _in_code(self, node: ModelNode | SnapshotNode, text: str | None, key: str) -> str:
        # a glance, before anything is scanned
        if text is not None and key not in text and not any(word in text for word in self._words):
            return ""
        facts = node.facts
        if facts.problem is not None:
            return _UNDECIDED
        if any(call.conditional or call.unpacked for call in facts.configs) or self._macros.configures(
            facts.calls
        ):
            return self._in_rendered(node, key)
        values = [entry.value for call in facts.configs if (entry := call.get(key)) is not None]
        if not values:
            return ""
        said = _said(self._reader("sql", node.package).expand(values[-1]))
        return said or (_UNDECIDED if isinstance(values[-1], Expression) else "")  # a variable of the run

    def _in_rendered(self, node: ModelNode | SnapshotNode, key: str) -> str:
        rendered = (
            self._rendering.code(node.code, node.package)
            if isinstance(node, SnapshotNode)
            else self._rendering.model(node)
        )
        if rendered is None or rendered.unknown is not None or rendered.problem is not None:
            return _UNDECIDED
        values = [call.arguments[key] for call in rendered.configs if key in call.arguments]
        return (_word(values[-1]) or _UNDECIDED) if values else ""

    def _in_tree(self, package: PackageSource, subject: _Subject, key: str) -> str:
        level = package.project_file.mapping(subject.section)
        found = ""
        for part in (*subject.path, ""):
            if not isinstance(level, Mapping):
                break
            for written in (key, f"+{key}"):
                value = level.value(written)
                if isinstance(value, Scalar):
                    found = self._in_file(package, value) or found
            below = level.value(part)
            level = below if isinstance(below, Mapping) else None
        return found

    def _in_file(self, package: PackageSource, value: Scalar) -> str:
        said = self._said.get(id(value))
        if said is None:
            said = self._said[id(value)] = _said(self._reader("project", package).expand(value))
        return said

    def _in_properties(self, section: str, key: str) -> dict[tuple[str, str], str]:
        """What properties files say, by package and name.

        Files are read anew, since of most entries only those about freshness are kept.
        """
        if (section, key) in self._in_files:
            return self._in_files[section, key]
        found = self._in_files[section, key] = {}
        needle = key.encode()
        for facts in self._properties:
            try:
                data = self._read(facts.file.absolute)
                if needle not in data:
                    continue
                root = parse_yaml(decode(data)).root
            except (OSError, UnicodeDecodeError):
                continue
            reader = self._frame.readers[facts.package.name]
            for name, value in _entries(root, section, key):
                found[facts.package.name, name] = _UNDECIDED if value is None else _said(reader.expand(value))
        return found


def _entries(root: Node | None, section: str, key: str) -> Iterator[tuple[str, Node | None]]:
    """The values by name; None for a model with versions, each of which may have its own."""
    listed = root.value(section) if isinstance(root, Mapping) else None
    for item in listed.items if isinstance(listed, Sequence) else ():
        name = item.value("name") if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or not isinstance(name, Scalar):
            continue
        if item.get("versions") is not None:
            yield name.text, None
            continue
        config = item.value("config")
        value = config.value(key) if isinstance(config, Mapping) else None
        if value is not None:
            yield name.text, value


def _said(node: Node) -> str:
    """An expanded value as a word; what is no single value is undecided."""
    return _word(node.native) if isinstance(node, Scalar) else _UNDECIDED


def _word(value: object) -> str:
    if isinstance(value, (Unknown, JinjaFailure)):
        return _UNDECIDED
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else ""
