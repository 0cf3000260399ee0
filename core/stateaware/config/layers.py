"""Layers and settings: every place that may set a value, and the values that are written there."""

from __future__ import annotations

from typing import Literal, TypeAlias

from stateaware.config.values import Block
from stateaware.records import dataclass
from stateaware.syntax.tree import Mapping, Node, Scalar, Unknown
from stateaware.text.span import Span

LayerKind: TypeAlias = Literal[
    "models",  # directly under `models:` or `sources:` in dbt_project.yml
    "project",  # under the project's or package's name there
    "folder",
    "file",  # under a model's, source's or table's own name there
    "properties",
    "version",
    "config()",
    "source",
    "table",
]


@dataclass(frozen=True, slots=True)
class Layer:
    """A place in the order of precedence.

    ``name`` is the folder, file, version or source that the layer belongs to. ``overrides`` marks
    the root project's dbt_project.yml where it speaks about a package. ``legacy`` marks a source
    property outside ``config``.
    """

    kind: LayerKind
    file: str
    name: str = ""
    overrides: bool = False
    legacy: bool = False

    @property
    def label(self) -> str:
        """How outputs call the layer: ``folder marts``, ``properties``, ``root project, folder x``."""
        text: str = "every package" if self.kind == "models" else self.kind
        if self.name and self.kind not in ("models", "properties"):
            text = f"{text} {self.name}"
        if self.legacy:
            text += ", outside config"
        if self.overrides:
            return f"root project, {text.replace('project', 'package', 1)}"
        return text


@dataclass(frozen=True, slots=True)
class Setting:
    """One written value of one key in one layer.

    ``key`` is the written key (``+freshness``), ``block`` what the engine reads there. ``dropped``
    marks a setting that the engine throws away with the map around it.
    """

    layer: Layer
    key: Scalar
    node: Node
    block: Block
    dropped: bool = False

    @property
    def file(self) -> str:
        """The file that holds it."""
        return self.layer.file

    @property
    def span(self) -> Span:
        """The range of key and value."""
        if isinstance(self.node, Scalar) and self.node.style == "native" and self.node.span == self.key.span:
            return self.key.span
        start, end = self.key.span, self.node.span
        return Span(start.line, start.column, *max(end[2:], start[2:]))

    def part(self, name: str) -> Span:
        """The range of a first-level key of the block (``warn_after``), or of the whole setting."""
        if isinstance(self.node, Mapping):
            entry = self.node.get(name)
            if entry is not None:
                return entry.span
        return self.span


@dataclass(frozen=True, slots=True)
class Effective:
    """The value of one key path that is in force for a node, and where it comes from.

    ``value`` has the form of dbt's manifest. ``winner`` is the setting in force, also where it is a
    null that clears; None where nothing is set. ``order`` are all settings of the key, the strongest
    first, the winner among them.
    """

    key: str
    value: object
    winner: Setting | None = None
    order: tuple[Setting, ...] = ()
    unknown: Unknown | None = None

    @property
    def shadowed(self) -> tuple[Setting, ...]:
        """All other settings, the strongest first, among them nulls that the engine does not act on."""
        return tuple(setting for setting in self.order if setting is not self.winner)

    @property
    def cleared(self) -> bool:
        """Whether a setting is in force that switches off what lower layers set."""
        return self.winner is not None and not _says_something(self.value)


def _says_something(value: object) -> bool:
    if isinstance(value, dict):
        return any(_says_something(part) for part in value.values())
    return value is not None and value != ""
