"""Models and source tables with everything that was written about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stateaware.facts.files import ResourceFile
from stateaware.project.packages import PackageSource
from stateaware.records import dataclass, field
from stateaware.syntax.tree import Mapping, Scalar

if TYPE_CHECKING:
    from stateaware.config.layers import Effective
    from stateaware.config.models import ModelLayers
    from stateaware.config.sources import SourceConfig, SourceLayers
    from stateaware.facts.load import CodeFacts
    from stateaware.syntax.jinja.errors import JinjaError
    from stateaware.syntax.sql import SqlFacts


@dataclass(frozen=True, slots=True)
class PropertiesEntry:
    """One item of a list in a properties file: ``models: - name: orders``.

    ``section`` is the list's key, ``position`` the item's place in it (0-based), ``name`` the
    rendered name.
    """

    section: str
    position: int
    name: str
    node: Mapping
    package: PackageSource
    file: ResourceFile

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing but the name, or nothing else was read: no word of it is ours."""
        return len(self.node.entries) == 1

    @property
    def name_node(self) -> Scalar | None:
        """The written name."""
        node = self.node.value("name")
        return node if isinstance(node, Scalar) else None

    @property
    def config(self) -> Mapping | None:
        """The ``config:`` map of the item."""
        node = self.node.value("config")
        return node if isinstance(node, Mapping) else None


@dataclass(slots=True)
class ModelNode:
    """A model: its file, its fqn, its properties entry and, once resolved, what is in force.

    ``fqn`` is dbt's own; ``lookup`` is how dbt_project.yml addresses it under the chosen engine.
    """

    unique_id: str
    name: str
    package: PackageSource
    file: ResourceFile
    fqn: tuple[str, ...]
    lookup: tuple[str, ...]
    code: CodeFacts
    entry: PropertiesEntry | None = None
    version: Mapping | None = None
    version_label: str = ""
    layers: dict[str, ModelLayers] = field(default_factory=dict)
    effective: dict[str, Effective] = field(default_factory=dict)
    failure: JinjaError | None = None
    """Why dbt cannot render the code, as far as it was rendered here to learn what it sets."""

    @property
    def label(self) -> str:
        """``orders``, or ``orders.v1`` for a version: as outputs name it and commands take it."""
        return f"{self.name}.v{self.version_label}" if self.version_label else self.name

    @property
    def facts(self) -> SqlFacts:
        """What the model's file says; scans it if that was not needed before."""
        return self.code.facts

    @property
    def rejected(self) -> bool:
        """Whether dbt leaves the model out of its manifest: its code is broken, or sets a wrong value."""
        if self.failure is not None:
            return True
        if self.code.quiet:  # nothing in it is ours, whether something has scanned it meanwhile or not
            return False
        return self.code.facts.problem is not None or any(
            setting.block.presence == "invalid" and setting.layer.kind == "config()"
            for layers in self.layers.values()
            for setting in layers.code
        )

    @property
    def language(self) -> str:
        """``sql`` or ``python``."""
        return "python" if self.file.path.lower().endswith(".py") else "sql"


@dataclass(slots=True)
class SourceNode:
    """One table of a source."""

    unique_id: str
    name: str
    source_name: str
    package: PackageSource
    file: ResourceFile
    fqn: tuple[str, ...]
    entry: PropertiesEntry
    table: Mapping
    layers: dict[str, SourceLayers] = field(default_factory=dict)
    config: SourceConfig | None = None

    @property
    def label(self) -> str:
        """``raw.payments``, as people write it in ``source()``."""
        return f"{self.source_name}.{self.name}"

    @property
    def name_node(self) -> Scalar | None:
        """The written name of the table."""
        node = self.table.value("name")
        return node if isinstance(node, Scalar) else None
