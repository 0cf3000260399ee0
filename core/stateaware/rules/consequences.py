"""Notes below a finding: what each engine does with a wrong value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stateaware.config.engines import possible_engines
from stateaware.config.reader import STATE
from stateaware.rules.faults import Fault

if TYPE_CHECKING:
    from stateaware.config.profiles import EngineName
    from stateaware.config.written import Written
    from stateaware.workspace import Project


def matters(project: Project, engine: EngineName) -> bool:
    """Whether the project may run on an engine."""
    return project.profile.name == engine or engine in possible_engines(project.project_file, project.profile)


def refusal(project: Project, written: Written, fault: Fault, core: str = "") -> tuple[str, ...]:
    """What happens with the value on the engines that the project may run on.

    ``core`` says what dbt Core does where it does not refuse the value ("takes it as 4").
    """
    said = []
    if matters(project, "fusion") and fault.fusion:
        said.append(_in_fusion(written, fault))
    if matters(project, "core") and written.key != STATE:
        if fault.core:
            said.append("dbt Core 1.11 stops too" if said else "dbt Core 1.11 stops here")
        elif core:
            said.append(f"dbt Core 1.11 {core}")
    return ("; ".join(said),) if said else ()


def _in_fusion(written: Written, fault: Fault) -> str:
    layer = written.setting.layer
    if layer.kind == "config()":
        code = "dbt1000" if layer.file.endswith(".py") else "dbt1501"
        return f"dbt v2 leaves the model out of its manifest ({code})"
    code = "dbt1501" if fault.problem.kind == "jinja" else "dbt1013"
    if layer.kind in ("project", "folder", "file"):
        return f"dbt v2 drops the whole map that holds the key, folders included ({code})"
    return f"dbt v2 stops here and writes no manifest ({code})"
