"""What an evaluation may know, and what it looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Literal

from stateaware.records import dataclass, field
from stateaware.syntax.jinja.dialect import DialectName, Place


@dataclass(frozen=True, slots=True)
class MacroSource:
    """A project macro. ``source`` is its text from ``{% macro`` to ``endmacro %}``."""

    name: str
    package: str
    source: str


@dataclass(slots=True)
class Reads:
    """What evaluations have looked at: what their results depend on besides their text.

    ``env_read`` and ``vars_read`` map names to the values found, None where there was none.
    Secrets (``DBT_ENV_SECRET_*``) are never read.
    """

    used_clock: bool = False
    env_read: dict[str, str | None] = field(default_factory=dict)
    vars_read: dict[str, object] = field(default_factory=dict)
    target_read: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class JinjaContext:
    """The inputs of an evaluation; ``reads`` is the only part that changes.

    ``place`` decides which names exist. ``vars`` are those that ``var()`` sees there: in
    dbt_project.yml only the command line's. ``target`` holds what is known of the target; any other
    attribute is unknown. ``macros`` are keyed by name and by ``package.name``; ``package`` is the
    package that the text belongs to. ``now`` is what the clock shows; dbt's own clock is taken to
    be UTC. ``missing_env`` says what ``env_var()`` of an unset variable is: an error, as in dbt, or
    unknown, for machines that are not the one where dbt runs. Without ``trusted`` nothing but
    literals is evaluated.
    """

    dialect: DialectName = "fusion"
    place: Place = "sql"
    vars: Mapping[str, object] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    target: Mapping[str, object] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    macros: Mapping[str, MacroSource] = field(default_factory=dict)
    package: str = ""
    missing_env: Literal["error", "unknown"] = "error"
    trusted: bool = True
    reads: Reads = field(default_factory=Reads)
    parsed: dict[str, object] = field(default_factory=dict)
    """Syntax trees of texts already parsed."""

    @property
    def used_clock(self) -> bool:
        """Whether some result depends on the date or time."""
        return self.reads.used_clock

    @property
    def env_read(self) -> dict[str, str | None]:
        """Environment variables that were asked for."""
        return self.reads.env_read

    @property
    def vars_read(self) -> dict[str, object]:
        """Variables that were asked for."""
        return self.reads.vars_read
