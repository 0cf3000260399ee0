"""The things in files that can be pointed at, and whom they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from stateaware.records import dataclass
from stateaware.syntax.tree import Mapping
from stateaware.text.span import Span

Resource: TypeAlias = Literal["model", "source"]
Kind: TypeAlias = Literal[
    "entry",  # a model, version, source or table in a properties file: its name
    "block",  # a setting's key: freshness, state, loaded_at_field, loaded_at_query
    "key",  # a key inside such a block
    "value",  # the value of such a key, or of the block where it is no map
    "call",  # a config() call that sets something of ours
    "folder",  # a key on the path to nodes in dbt_project.yml
    "reference",  # a ref() or source() call
]


@dataclass(frozen=True, slots=True)
class OfEntry:
    """About the nodes of a properties entry: ``part`` is one of its versions or tables, None means all.

    ``package`` is that of the file, or the one that a source's ``overrides`` names.
    """

    resource: Resource
    package: str
    name: str
    item: Mapping
    part: Mapping | None = None
    part_name: str = ""

    @property
    def near(self) -> str:
        """What `Index.near` calls the nodes."""
        return self.name if self.resource == "model" else f"source:{self.name}"


@dataclass(frozen=True, slots=True)
class OfFile:
    """About the model of a file."""

    file: str


@dataclass(frozen=True, slots=True)
class OfTree:
    """About the nodes below a place of dbt_project.yml; ``path`` are the keys below ``models:``."""

    resource: Resource
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfRef:
    """About the model that a ``ref()`` in a file means."""

    file: str
    name: str
    package: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class OfSource:
    """About the table that a ``source()`` in a file means."""

    file: str
    source: str
    table: str


Subject: TypeAlias = OfEntry | OfFile | OfTree | OfRef | OfSource


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be pointed at.

    Attributes:
        kind: what it is.
        span: where one points at it: a name, a key, a value.
        full: all that belongs to it, the inner targets among it.
        label: its name as an outline shows it.
        subject: whom it is about.
        resource: ``model`` or ``source``.
        path: for settings the keys from the setting down, as written: ``+freshness``, ``build_after``.
        value: for a key or value the written word; None for a null and for maps.
        children: what is inside, in written order.
    """

    kind: Kind
    span: Span
    full: Span
    label: str
    subject: Subject
    resource: Resource
    path: tuple[str, ...] = ()
    value: str | None = None
    children: tuple[Target, ...] = ()

    @property
    def setting(self) -> str:
        """The setting that it belongs to, without ``+``; empty for what belongs to none."""
        return self.path[0].removeprefix("+") if self.path else ""

    def walk(self) -> Iterator[Target]:
        """This target and all inside it."""
        yield self
        for child in self.children:
            yield from child.walk()
