"""Which files speak of which models and sources, so that what concerns one file is found without the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from stateaware.errors import nearest
from stateaware.facts.load import PropertiesFacts
from stateaware.graph.nodes import PropertiesEntry
from stateaware.inputs import Inputs
from stateaware.records import replace
from stateaware.syntax.tree import NOWHERE, Entry, Mapping, Scalar, Sequence
from stateaware.syntax.yaml import YamlDocument

_SPEAKING: Final = ("models", "sources", "snapshots")


class Names:
    """Model files by their stem, and properties files by the names of their entries.

    A source's name is kept as ``source:NAME``. The entry of a versioned model has several names: the
    model's and the stems of its versions' files.
    """

    def __init__(self, inputs: Inputs, entries: Iterable[PropertiesEntry]) -> None:
        """``entries`` are those of all properties files."""
        self._stems: dict[str, list[str]] = {}
        for path, facts in inputs.code.items():
            self._stems.setdefault(facts.file.stem, []).append(path)
        own = inputs.package_files[inputs.package.name].models
        self._own = [file.stem for file in own]
        self._near: dict[str, str | None] = {}
        self._facts: dict[str, PropertiesFacts] = {}
        self._named: dict[str, dict[str, list[PropertiesEntry]]] = {}
        self._homes: dict[str, dict[str, frozenset[str]]] = {}
        by_file: dict[str, list[PropertiesEntry]] = {}
        for entry in entries:
            by_file.setdefault(entry.file.absolute, []).append(entry)
        for found in inputs.properties:
            self.update(found, by_file.get(found.file.absolute, ()))

    def update(self, facts: PropertiesFacts, entries: Iterable[PropertiesEntry]) -> None:
        """Take a properties file's entries in place of those that it had."""
        path = facts.file.absolute
        for name in self._named.get(path, ()):
            del self._homes[name][path]
        named: dict[str, list[PropertiesEntry]] = {}
        for entry in entries:
            if entry.section not in _SPEAKING:
                continue
            group = frozenset(_names(entry))
            for name in group:
                named.setdefault(name, []).append(entry)
                homes = self._homes.setdefault(name, {})
                homes[path] = homes.get(path, frozenset()) | group
        self._named[path], self._facts[path] = named, facts

    def around(self, path: str, inputs: Inputs) -> Inputs:
        """The part of a project that is needed to tell all about one model file or properties file.

        That are the file itself, what other files say about the same models and sources, and the same
        for their parents.
        """
        own = set(self._named.get(path, ()))
        code = inputs.code.get(path)
        if code is not None:
            own.add(code.file.stem)
        return self.near(own, inputs, path)

    def near(self, wanted: Iterable[str], inputs: Inputs, path: str = "") -> Inputs:
        """The part of a project that is needed to tell all about what has one of some names.

        The properties file at ``path`` belongs to it as a whole.
        """
        own = set(wanted)
        own |= self._together(own)
        own |= {meant for name in own if name not in self._stems and (meant := self._meant(name))}
        models = {model for name in own for model in self._stems.get(name, ())}
        parents = set(_parents(models, inputs)) - own
        names = own | parents | self._together(parents)
        models |= {model for name in names for model in self._stems.get(name, ())}
        homes = dict.fromkeys(home for name in names for home in self._homes.get(name, ()))
        if path in self._facts:
            homes[path] = None
        properties = [
            facts if facts.file.absolute == path else self._part(facts.file.absolute, names)
            for facts in inputs.properties
            if facts.file.absolute in homes
        ]
        return inputs.narrowed(properties, models)

    def _meant(self, name: str) -> str | None:
        """The model that an entry without one may have meant; it is cited, and whether it has an entry."""
        if name.startswith("source:"):
            return None
        if name not in self._near:
            self._near[name] = nearest(name, self._own)
        return self._near[name]

    def _part(self, path: str, names: set[str]) -> PropertiesFacts:
        """A properties file with only the entries that have one of some names."""
        named = self._named[path]
        kept: dict[int, PropertiesEntry] = {}
        for name in named.keys() & names:
            kept.update((id(entry), entry) for entry in named[name])
        sections: dict[str, list[PropertiesEntry]] = {}
        for entry in kept.values():
            sections.setdefault(entry.section, []).append(entry)
        root = Mapping(
            tuple(
                Entry(
                    Scalar(section, NOWHERE),
                    Sequence(tuple(e.node for e in sorted(found, key=_position)), NOWHERE),
                )
                for section, found in sections.items()
            ),
            NOWHERE,
        )
        return replace(self._facts[path], document=YamlDocument(root))

    def _together(self, names: Iterable[str]) -> set[str]:
        """The names that stand in an entry with one of some names."""
        return {name for one in names for group in self._homes.get(one, {}).values() for name in group}


def _position(entry: PropertiesEntry) -> int:
    return entry.position


def _parents(models: Iterable[str], inputs: Inputs) -> Iterator[str]:
    for path in models:
        facts = inputs.code[path].facts
        yield from (ref.name for ref in facts.refs)
        yield from (f"source:{call.source}" for call in facts.sources)


def _names(entry: PropertiesEntry) -> Iterator[str]:
    if entry.section == "sources":
        yield f"source:{entry.name}"
        return
    yield entry.name
    versions = None if entry.is_bare else entry.node.value("versions")
    for item in versions.items if isinstance(versions, Sequence) else ():
        if isinstance(item, Mapping):
            label, file = item.value("v"), item.value("defined_in")
            if isinstance(label, Scalar):
                yield f"{entry.name}_v{label.text}"
            if isinstance(file, Scalar):
                yield file.text
