"""Where the root project writes ``loaded_at_query`` and ``loaded_at_field``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.config.written import Written
from stateaware.findings import Place
from stateaware.records import dataclass
from stateaware.rules.base import Subject
from stateaware.rules.blocks import block_of, blocks_of
from stateaware.rules.freshness_sql import Sql, without_jinja
from stateaware.syntax.tree import Entry, Mapping, Scalar

if TYPE_CHECKING:
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class LoadedAt:
    """One written text; the ``data`` of the subjects below.

    ``entry`` is its key and value as written, ``value`` the text that the engine in force reads there
    (a query keeps its Jinja).
    """

    written: Written
    entry: Entry
    value: str

    @property
    def sql(self) -> Sql | None:
        """The text without Jinja; None where Jinja decides what it is, or where it is empty."""
        raw = self.entry.value.text if isinstance(self.entry.value, Scalar) else self.value
        found = without_jinja(raw)
        if found is None and self.entry.key.text.lstrip("+") == LOADED_AT_FIELD:
            found = Sql(self.value, certain=True)
        return found if found is not None and found.text.strip() else None


def queries(project: Project) -> list[Subject]:
    """Every written ``loaded_at_query``."""
    return list(_texts(project, LOADED_AT_QUERY))


def fields(project: Project) -> list[Subject]:
    """Every written ``loaded_at_field``."""
    return list(_texts(project, LOADED_AT_FIELD))


def loaded_at_of(subject: Subject) -> LoadedAt:
    """What a subject of `queries` or `fields` carries."""
    if not isinstance(subject.data, LoadedAt):
        raise TypeError(f"the subject {subject.label} is no loaded_at")
    return subject.data


def _texts(project: Project, key: str) -> Iterator[Subject]:
    for subject in blocks_of(project).of("source", key):
        written = block_of(subject).written
        setting = written.setting
        if isinstance(setting.block.value, str) and setting.block.presence == "set":
            entry = Entry(setting.key, setting.node)
            yield _subject(LoadedAt(written, entry, setting.block.value))
    # dbt v2 takes both inside the freshness block too
    for subject in blocks_of(project).of("source", FRESHNESS):
        written = block_of(subject).written
        node, value = written.setting.node, written.setting.block.value
        inner = node.get(key) if isinstance(node, Mapping) else None
        text = value.get(key) if isinstance(value, dict) else None
        if inner is not None and isinstance(text, str):
            yield _subject(LoadedAt(written, inner, text))


def _subject(found: LoadedAt) -> Subject:
    place = Place(found.written.setting.file, found.entry.value.span)
    return Subject(place, found.written.label, found.written.node, found)
