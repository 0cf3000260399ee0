"""The maps of properties files that may carry configuration, and what keys of ours stand in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.graph.nodes import PropertiesEntry
from stateaware.records import dataclass
from stateaware.rules.once import once_per_project
from stateaware.syntax.tree import Entry, Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from stateaware.workspace import Project

OUR_KEYS: Final = frozenset(
    {
        "freshness",
        "state",
        "loaded_at_field",
        "loaded_at_query",
        "build_after",
        "warn_after",
        "error_after",
        "lag_tolerance",
    }
)

RESOURCES: Final = {
    "models": "model",
    "sources": "source",
    "seeds": "seed",
    "snapshots": "snapshot",
    "analyses": "analysis",
    "exposures": "exposure",
    "unit_tests": "unit test",
    "data_tests": "data test",
    "metrics": "metric",
    "semantic_models": "semantic model",
    "saved_queries": "saved query",
    "macros": "macro",
    "groups": "group",
}
"""What one item of each list of a properties file is called."""


@dataclass(frozen=True, slots=True)
class Home:
    """An item of a properties file with its own ``config``: a model, a version of one, a table, a test.

    ``resource`` is what it is called (``model``, ``version``, ``table``, ``data test``), ``node`` its
    map, ``label`` the NODE part of items' ids, ``unique_id`` dbt's name for models and tables.
    """

    entry: PropertiesEntry
    resource: str
    name: str
    node: Mapping
    label: str
    unique_id: str | None = None

    @property
    def file(self) -> str:
        """The file that holds it."""
        return self.entry.file.file

    @property
    def config(self) -> Mapping | None:
        """Its ``config`` map."""
        node = self.node.value("config")
        return node if isinstance(node, Mapping) else None

    @property
    def title(self) -> str:
        """How messages call it: ``model `orders` ``."""
        return f"{self.resource} `{self.name}`" if self.name else self.resource

    @property
    def of_model(self) -> bool:
        """Whether it is a model or a version of one."""
        return self.resource in ("model", "version")

    @property
    def of_source(self) -> bool:
        """Whether it is a source or a table of one."""
        return self.resource in ("source", "table")


@dataclass(frozen=True, slots=True)
class Found:
    """A key of ours in a home: beside ``config`` or in it."""

    home: Home
    written: Entry
    in_config: bool

    @property
    def key(self) -> str:
        """The key's name."""
        return self.written.key.text


@once_per_project
def our_keys(project: Project) -> list[Found]:
    """Every key of ours in the root project's properties files, beside ``config`` and in it."""
    found: list[Found] = []
    for entry in project.entries:
        # of most entries only the name was read, since they hold nothing of ours
        if len(entry.node.entries) > 1 and entry.package.is_root:
            for home in homes(entry):
                _collect(home, found)
    return found


def _collect(home: Home, found: list[Found]) -> None:
    for written in home.node.entries:
        key = written.key.text
        if key in OUR_KEYS:
            found.append(Found(home, written, in_config=False))
        elif key == "config" and isinstance(written.value, Mapping):
            found.extend(
                Found(home, inner, in_config=True)
                for inner in written.value.entries
                if inner.key.text in OUR_KEYS
            )


def homes(entry: PropertiesEntry) -> Iterator[Home]:
    """The item itself and everything below it that has a ``config`` of its own."""
    name, package = entry.name, entry.package.name
    resource = RESOURCES[entry.section]
    unique_id = f"model.{package}.{name}" if resource == "model" else None
    yield Home(entry, resource, name, entry.node, name, unique_id)
    for part in entry.node.entries:
        if not isinstance(part.value, Sequence):
            continue
        key = part.key.text
        if key == "versions" and resource == "model":
            yield from _versions(entry, part.value)
        elif key == "tables" and resource == "source":
            yield from _tables(entry, part.value)
        else:
            yield from _tests_in(entry, part, name)


def _versions(entry: PropertiesEntry, versions: Sequence) -> Iterator[Home]:
    for item in versions.items:
        if not isinstance(item, Mapping):
            continue
        label = f"{entry.name}.v{_text(item, 'v')}"
        yield Home(entry, "version", label, item, label, f"model.{entry.package.name}.{label}")
        yield from _tests_below(entry, item, label)


def _tables(entry: PropertiesEntry, tables: Sequence) -> Iterator[Home]:
    for item in tables.items:
        if not isinstance(item, Mapping):
            continue
        label = f"{entry.name}.{_text(item, 'name')}"
        yield Home(entry, "table", label, item, label, f"source.{entry.package.name}.{label}")
        yield from _tests_below(entry, item, label)


def _tests_below(entry: PropertiesEntry, node: Mapping, label: str) -> Iterator[Home]:
    for part in node.entries:
        if isinstance(part.value, Sequence):
            yield from _tests_in(entry, part, label)


def _tests_in(entry: PropertiesEntry, part: Entry, label: str) -> Iterator[Home]:
    """The data tests of a list: of ``tests`` or ``data_tests`` itself, or of each of the ``columns``."""
    key = part.key.text
    items = part.value.items if isinstance(part.value, Sequence) else ()
    if key == "columns":
        for column in items:
            if isinstance(column, Mapping):
                yield from _tests_below(entry, column, label)
    elif key in ("tests", "data_tests"):
        for item in items:
            if not isinstance(item, Mapping):
                continue
            if item.get("test_name") is not None:
                yield Home(entry, "data test", _text(item, "test_name"), item, label)
            for test in item.entries:
                if isinstance(test.value, Mapping) and test.key.text not in ("config", "arguments"):
                    yield Home(entry, "data test", test.key.text, test.value, label)


def _text(node: Mapping, key: str) -> str:
    value = node.value(key)
    return value.text if isinstance(value, Scalar) else ""
