"""What is planned: nodes with the values in force for them, whatever they were read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass, field

Waits: TypeAlias = Literal["any", "all"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a plan does with a resource type.

    ``decided`` nodes are built or reused. ``reads_data`` is False where new data in the parents does not
    matter. ``has_window`` is whether ``build_after`` and ``lag_tolerance`` exist for it, ``tests`` whether
    it tests data.
    """

    decided: bool
    reads_data: bool = True
    has_window: bool = False
    tests: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    "model": Kind(decided=True, has_window=True),
    "seed": Kind(decided=True, reads_data=False),
    "snapshot": Kind(decided=True),
    "test": Kind(decided=True, tests=True),
    "unit_test": Kind(decided=True, reads_data=False),
    "source": Kind(decided=False),
    "external": Kind(decided=False),
}
"""By dbt's ``resource_type``; ``external`` are public models of other projects. What is not here
(exposures, metrics, analyses) has no decision."""
OTHER_KIND: Final = Kind(decided=False)


@dataclass(frozen=True, slots=True)
class Window:
    """How long a node waits after a build, and for whom.

    Args:
        seconds: its length; None where none is set, or it cannot be told.
        waits: ``any`` parent must have new data, or ``all``.
        words: as outputs show it (``4 hours``).
        where: the place of the setting in force (``models/_marts.yml:12``); empty where none is.
        key: the setting it comes from.
        unknown: why it cannot be told; empty where it can.
    """

    seconds: int | None = None
    waits: Waits = "any"
    words: str = ""
    where: str = ""
    key: Literal["build_after", "lag_tolerance"] = "build_after"
    unknown: str = ""


NO_WINDOW: Final = Window()
"""dbt's default: ``count: 0, period: minute, updates_on: any``."""


@dataclass(frozen=True, slots=True)
class StateConfig:
    """The settings of dbt State, from ``config.state``.

    ``lag_tolerance`` and ``waits`` (``require_fresh_data_from``) are None where they are not set.
    """

    lag_tolerance: Window | None = None
    waits: Waits | None = None
    allow_clones: bool = True
    compare_unrendered_code: bool = False
    evaluate_volatile_sql: bool = False


DEFAULT_STATE: Final = StateConfig()


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the graph with what is in force for it.

    Args:
        unique_id: as in the manifest.
        kind: its ``resource_type``.
        parents: the unique_ids of its direct parents (``depends_on.nodes``), each once.
        materialized: None where it cannot be told; it is then taken for a table.
        language: ``sql`` or ``python``.
        enabled: False where it is switched off.
        build_after: None where nothing is set, or null is.
        state: the settings of dbt State.
        full_refresh: the config of that name: False protects the node from ``--full-refresh``.
        selects_star: a view that applies ``select *`` directly to a ref or source.
        assumed: what could not be told when it was read, each as a sentence.
    """

    unique_id: str
    kind: str = "model"
    parents: tuple[str, ...] = ()
    materialized: str | None = "table"
    language: str = "sql"
    enabled: bool = True
    build_after: Window | None = None
    state: StateConfig = DEFAULT_STATE
    full_refresh: bool | None = None
    selects_star: bool = False
    assumed: tuple[str, ...] = field(default_factory=tuple)

    @property
    def traits(self) -> Kind:
        """What a plan does with it."""
        return KINDS.get(self.kind, OTHER_KIND)
