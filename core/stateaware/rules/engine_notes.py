"""The line below a finding that says what each engine does, as far as the project may run on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stateaware.rules.consequences import matters

if TYPE_CHECKING:
    from stateaware.workspace import Project


def on_engines(project: Project, fusion: str = "", core: str = "") -> tuple[str, ...]:
    """One note of what dbt v2 and dbt Core do; empty where neither matters to the project.

    Args:
        project: says which engines matter.
        fusion: what dbt v2 does, without its name: ``stops here (dbt1005)``.
        core: the same of dbt Core.
    """
    said = []
    if fusion and matters(project, "fusion"):
        said.append(f"dbt v2 {fusion}")
    if core and matters(project, "core"):
        said.append(f"dbt Core {core}")
    return ("; ".join(said),) if said else ()
