"""Wrong values of freshness and state inside packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stateaware.findings import Place
from stateaware.records import dataclass
from stateaware.rules.blocks import WrittenBlock
from stateaware.rules.consequences import matters
from stateaware.rules.faults import codes, faults, is_used

if TYPE_CHECKING:
    from stateaware.project.packages import PackageSource
    from stateaware.workspace import Project

_SOFT = ("project", "folder", "file")
"""Levels of dbt_project.yml at which dbt v2 drops a wrong value with the map around it, and goes on."""


@dataclass(frozen=True, slots=True)
class PackageFault:
    """A wrong value. ``stops``: an engine that the project may run on stops there, or drops the model."""

    place: Place
    key: str
    label: str
    node: str | None
    expected: str
    stops: bool
    engine_codes: tuple[str, ...]


def package_faults(project: Project, package: PackageSource) -> Iterator[PackageFault]:
    """The wrong values that a package's own files set."""
    for written in project.written:
        if written.package is not package:
            continue
        for fault in faults(project, WrittenBlock(written, ())):
            if fault.problem.kind in ("unknown-key", "dropped"):
                continue
            fusion = fault.fusion and written.setting.layer.kind not in _SOFT and matters(project, "fusion")
            core = fault.core and matters(project, "core") and is_used(project, written)
            yield PackageFault(
                Place(written.setting.file, fault.problem.span),
                fault.key,
                written.label,
                written.node,
                fault.problem.expected,
                {"fusion": fusion, "core": core}.get(project.profile.name, fusion or core),
                codes(project, written, fault),
            )
