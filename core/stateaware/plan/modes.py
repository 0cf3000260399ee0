"""In which the products differ, as data: rows of rules in order, and what stands around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from stateaware.plan.nodes import Window
from stateaware.records import dataclass

ModeName: TypeAlias = Literal["recommended", "sao", "state"]
RowName: TypeAlias = Literal[
    "disabled",
    "ephemeral",
    "parent failed",
    "service down",
    "test of a reused parent",
    "python",
    "custom materialization",
    "forced",
    "elsewhere",
    "never built",
    "expired",
    "failed last",
    "being built",
    "full refresh",
    "full refresh of what grows",
    "relation missing",
    "code beats window",
    "view with star",
    "volatile value",
    "state not known",
    "upstream code",
    "nothing new",
    "in window",
    "window not known",
    "code",
    "not every parent",
    "data not known",
    "new data",
]


@dataclass(frozen=True, slots=True)
class Mode:
    """By whose rules is decided. Code asks these fields, never the mode's name.

    Args:
        name: as options name it.
        title: how messages call it.
        rows: the rules in order; the first that fits decides.
        key: the setting that makes the window.
        default: the window where none is set.
        at_limit: whether a build that is exactly as old as the window may be built again.
        transparent: materializations that are seen through: what they read counts in their place.
        blind: materializations for which new data in the parents does not matter.
        expires: seconds without use after which state is forgotten; None for never.
        follows_code: whether a node is built when the code of a parent changed, whatever its data.
    """

    name: ModeName
    title: str
    rows: tuple[tuple[str, RowName], ...]
    key: Literal["build_after", "lag_tolerance"] = "build_after"
    default: Window = Window(0)
    at_limit: bool = True
    transparent: frozenset[str] = frozenset({"ephemeral"})
    blind: frozenset[str] = frozenset()
    expires: int | None = 30 * 86400
    follows_code: bool = False


_SAO: Final = Mode(
    name="sao",
    title="state-aware orchestration",
    rows=(
        ("1", "disabled"),
        ("2", "ephemeral"),
        ("3", "parent failed"),
        ("tests", "test of a reused parent"),
        ("4", "python"),
        ("5", "forced"),
        ("6", "never built"),
        ("6", "expired"),
        ("7", "failed last"),
        ("8", "being built"),
        ("6", "state not known"),
        ("9", "nothing new"),
        ("10", "in window"),
        ("10", "window not known"),
        ("11", "code"),
        ("12", "not every parent"),
        ("13", "data not known"),
        ("13", "new data"),
    ),
)
"""As documented and as read in dbt's public source. Code inside the window waits, a full refresh of what
has not changed is ignored, a dropped table is not noticed."""

_RECOMMENDED: Final = Mode(
    name="recommended",
    title="recommended",
    rows=(
        ("1", "disabled"),
        ("2", "ephemeral"),
        ("3", "parent failed"),
        ("4", "python"),
        ("5", "forced"),
        ("6", "never built"),
        ("6", "expired"),
        ("7", "failed last"),
        ("8", "being built"),
        ("9, full refresh", "full refresh"),
        ("9, dropped table", "relation missing"),
        ("11, before the window", "code beats window"),
        ("6", "state not known"),
        ("9", "nothing new"),
        ("10", "in window"),
        ("10", "window not known"),
        ("12", "not every parent"),
        ("13", "data not known"),
        ("13", "new data"),
    ),
)

_STATE: Final = Mode(
    name="state",
    title="dbt State",
    rows=(
        ("1", "disabled"),
        ("1", "ephemeral"),
        ("1", "parent failed"),
        ("8", "service down"),
        ("1", "python"),
        ("1", "custom materialization"),
        ("1", "forced"),
        ("2", "full refresh of what grows"),
        ("3", "elsewhere"),
        ("3", "never built"),
        ("3", "failed last"),
        ("3", "being built"),
        ("3", "relation missing"),
        ("5", "view with star"),
        ("3", "volatile value"),
        ("3", "code beats window"),
        ("3", "upstream code"),
        ("3", "state not known"),
        ("4", "nothing new"),
        ("4", "in window"),
        ("4", "window not known"),
        ("4", "not every parent"),
        ("7", "data not known"),
        ("4", "new data"),
    ),
    key="lag_tolerance",
    default=Window(45 * 60, words="45 minutes", key="lag_tolerance"),
    at_limit=False,
    transparent=frozenset({"ephemeral", "view"}),
    blind=frozenset({"view"}),
    expires=None,
    follows_code=True,
)
"""``lag_tolerance`` is read as the age of the output, the one reading that bounds how stale it gets."""

MODES: Final[Mapping[str, Mode]] = {mode.name: mode for mode in (_RECOMMENDED, _SAO, _STATE)}

REUSABLE: Final = frozenset(
    {
        *("table", "view", "incremental", "materialized_view", "dynamic_table", "streaming_table"),
        *("snapshot", "seed", "test", "unit", "ephemeral"),
    }
)
"""dbt's own materializations; dbt State builds any other in every run."""
GROWING: Final = frozenset({"incremental", "materialized_view", "dynamic_table", "streaming_table"})
"""Materializations of which dbt State refreshes in full, whatever has changed."""


@dataclass(frozen=True, slots=True)
class Options:
    """How this run is started.

    Args:
        mode: by whose rules is decided.
        force: state-aware builds are off (``--force-node-selection``, a CI or merge job).
        full_refresh: ``--full-refresh``.
        cache_cleared: the state of the environment was thrown away.
        service_down: dbt State's service does not answer.
        anchor: whether the window counts from the end of a build, as dbt's does, or from its start.
        grace: seconds by which a window may be missed; 0 in dbt.
    """

    mode: ModeName = "recommended"
    force: bool = False
    full_refresh: bool = False
    cache_cleared: bool = False
    service_down: bool = False
    anchor: Literal["completed", "started"] = "completed"
    grace: int = 0


DEFAULT_OPTIONS: Final = Options()
