"""The settings in force for one project: command line over environment over file over default."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from stateaware.findings import Severity
from stateaware.records import dataclass, field

ENGINES: Final = ("documented", "fusion", "core")

Level: TypeAlias = Literal["error", "warning", "info", "off"]


@dataclass(frozen=True, slots=True)
class PathSettings:
    """What differs for the files that a pattern names; selectors are normalised."""

    glob: str
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Level], ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its value.

    ``select`` None means the default set of rules. ``severity`` pairs a selector with error, warning,
    info or off. ``output`` holds ``FORMAT`` or ``FORMAT=FILE``. ``baseline`` and the files of
    ``output`` are absolute or relative to the working directory. ``now`` has a time zone.
    """

    engine: str = "documented"
    target: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    adapter: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | Literal["never"] = "error"
    exclude: tuple[str, ...] = ()
    per_path: tuple[PathSettings, ...] = ()
    severity: tuple[tuple[str, Level], ...] = ()
    baseline: Path | None = None
    output: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    now: datetime | None = None
    cache: bool = True
    source: Path | None = None
    """The file that was read, or None."""


_MERGED: Final = ("vars", "env")
_ADDED: Final = ("extend_select", "ignore")


def combine(*layers: Mapping[str, Any]) -> Settings:
    """Settings out of layers of already checked values, the weakest first.

    ``vars`` and ``env`` merge by name; ``ignore`` and ``extend-select`` add up; everything else is
    replaced. A layer with ``select`` starts afresh: it also replaces what weaker layers added or ignored.
    """
    values: dict[str, Any] = {}
    for layer in layers:
        given = {key.replace("-", "_"): value for key, value in layer.items()}
        if "select" in given:
            for key in _ADDED:
                values.pop(key, None)
        for key, value in given.items():
            if key in _MERGED:
                values[key] = {**values.get(key, {}), **value}
            elif key in _ADDED:
                values[key] = (*values.get(key, ()), *value)
            else:
                values[key] = value
    known = set(Settings.__match_args__)
    return Settings(**{key: value for key, value in values.items() if key in known})
