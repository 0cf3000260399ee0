"""Every map of the root project in which a key of ours may stand, with the keys that were meant to be one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as AnySequence
from typing import TYPE_CHECKING, Final

from stateaware.config.project_tree import TreeLevel
from stateaware.config.reader import MODEL_KEYS, SOURCE_KEYS, Reader
from stateaware.findings import Place, Related
from stateaware.graph.nodes import PropertiesEntry
from stateaware.records import dataclass
from stateaware.rules.base import Subject
from stateaware.rules.edits import is_code
from stateaware.rules.intervals import is_half
from stateaware.rules.keys import KeyMistake, KeyPlace, key_mistake
from stateaware.rules.once import once_per_project
from stateaware.syntax.tree import Entry, Mapping, Scalar, Sequence
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.config.contexts import JinjaPlace
    from stateaware.workspace import Project

_NOTHING: Final[AnySequence[tuple[Entry, KeyMistake]]] = ()


@dataclass(frozen=True, slots=True)
class KeyMap:
    """A map with the mistakes in its keys; the ``data`` of the subjects below.

    ``names`` are all keys that the map has.
    """

    place: KeyPlace
    file: str
    entries: tuple[Entry, ...]
    mistakes: AnySequence[tuple[Entry, KeyMistake]]

    def has(self, key: str) -> bool:
        """Whether the map has a key already."""
        return any(entry.key.text == key for entry in self.entries)


@once_per_project
def key_maps(project: Project) -> list[Subject]:
    """The maps: configs and items of properties files, config() calls, levels of dbt_project.yml."""
    found = list(_of_project_file(project))
    found.extend(
        _subject("properties file", facts.file.file, facts.tree, "properties")
        for facts in project.properties
        if facts.package.is_root and facts.tree is not None
    )
    for entry in project.entries:
        if entry.section in ("models", "sources") and not entry.is_bare and entry.package.is_root:
            found.extend(_of_entry(entry))
    for unique_id, model in project.models.items():
        if model.package.is_root and not model.code.quiet:
            for call in model.facts.configs:
                key_map = _key_map("model config", model.file.file, call.arguments)
                found.append(Subject(Place(model.file.file, call.span), model.name, unique_id, key_map))
    return found


def map_of(subject: Subject) -> KeyMap:
    """What a subject of `key_maps` carries."""
    if not isinstance(subject.data, KeyMap):
        raise TypeError(f"the subject {subject.label} is no map of keys")
    return subject.data


def _key_map(place: KeyPlace, file: str, entries: tuple[Entry, ...]) -> KeyMap:
    mistakes = [
        (entry, mistake)
        for entry in entries
        if not entry.merged and (mistake := key_mistake(place, entry.key.text, entry.value)) is not None
    ]
    return KeyMap(place, file, entries, mistakes or _NOTHING)


def _subject(place: KeyPlace, file: str, node: Mapping, label: str, unique_id: str | None = None) -> Subject:
    return Subject(Place(file, node.span), label, unique_id, _key_map(place, file, node.entries))


def _of_entry(entry: PropertiesEntry) -> Iterator[Subject]:
    file, node, name, package = entry.file.file, entry.node, entry.name, entry.package.name
    if entry.section == "models":
        unique_id = f"model.{package}.{name}"
        yield from _with_config("model", "model config", file, node, name, unique_id)
        for item in _items(node, "versions"):
            label = f"{name}.v{_text(item, 'v')}"
            yield from _with_config("model", "model config", file, item, label, f"model.{package}.{label}")
        return
    yield from _with_config("source", "source config", file, node, name, None)
    for item in _items(node, "tables"):
        label = f"{name}.{_text(item, 'name')}"
        yield from _with_config("table", "source config", file, item, label, f"source.{package}.{label}")


def _with_config(
    place: KeyPlace, config_place: KeyPlace, file: str, node: Mapping, label: str, unique_id: str | None
) -> Iterator[Subject]:
    beside = _subject(place, file, node, label, unique_id)
    if map_of(beside).mistakes:
        # most items of a properties file have nothing of ours beside `config`: that is no place to check
        yield beside
    config = node.value("config")
    if isinstance(config, Mapping):
        yield _subject(config_place, file, config, label, unique_id)


def _of_project_file(project: Project) -> Iterable[Subject]:
    document = project.project_file
    yield _subject("project file", document.file, document.tree, "dbt_project")
    trees: tuple[tuple[KeyPlace, str, TreeLevel], ...] = (
        ("model tree", "models", project.model_trees[project.name]),
        ("source tree", "sources", project.source_trees[project.name]),
    )
    for place, kind, tree in trees:
        root = document.mapping(kind)
        if root is not None:
            yield from _of_level(place, document.file, root, (kind,), tree)


def _of_level(
    place: KeyPlace, file: str, node: Mapping, path: tuple[str, ...], level: TreeLevel | None
) -> Iterator[Subject]:
    """A level and those below; what is read as a value or means one is no level."""
    subject = _subject(place, file, node, ".".join(path))
    yield subject
    wrong = {id(entry) for entry, _ in map_of(subject).mistakes}
    for entry in node.entries:
        child = level.children.get(entry.key.text) if level is not None else None
        if child is not None and isinstance(entry.value, Mapping) and id(entry) not in wrong:
            yield from _of_level(place, file, entry.value, (*path, entry.key.text), child)


def _items(node: Mapping, key: str) -> Iterator[Mapping]:
    items = node.value(key)
    for item in items.items if isinstance(items, Sequence) else ():
        if isinstance(item, Mapping):
            yield item


def _text(node: Mapping, key: str) -> str:
    value = node.value(key)
    return value.text if isinstance(value, Scalar) else ""


def told_at(entry: Entry, found: KeyMap, project: Project) -> tuple[Place, tuple[Related, ...]]:
    """Where to tell a mistake in a key, and the key itself where that is elsewhere.

    dbt v2 takes an unknown key of dbt_project.yml's trees for a folder, and names the first value below.
    """
    place = Place(found.file, entry.key.span)
    leaf = first_leaf(entry)
    if (
        project.profile.name != "fusion"
        or not found.place.endswith("tree")
        or leaf.line == entry.key.span.line
    ):
        return place, ()
    return Place(found.file, leaf), (Related(place, f"`{entry.key.text}` is taken for a folder"),)


def first_leaf(entry: Entry) -> Span:
    """The range of the first scalar below a key, where dbt v2 stumbles over a path that is none."""
    node = entry.value
    while isinstance(node, Mapping) and node.entries:
        node = node.entries[0].value
    return node.span


def reads_well(entry: Entry, meant: str, found: KeyMap, project: Project) -> bool:
    """Whether nothing is wrong with the value once its key has its name."""
    if meant not in (*MODEL_KEYS, *SOURCE_KEYS):
        return True
    place: JinjaPlace = "properties"
    if found.place.endswith("tree"):
        place = "project"
    elif is_code(found.file):
        place = "sql"
    source = found.place.startswith("source")
    for engine in dict.fromkeys((project.profile.name, "fusion")):
        other = project.under(engine)
        reader = Reader(other.profile, other.contexts.maker(place, project.package))
        block = reader.read(meant, entry.value, source=source)
        if block.problems or block.presence == "ignored" or is_half(block.value):
            return False
    return True
