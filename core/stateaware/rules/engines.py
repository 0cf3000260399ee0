"""What rules need to say about engines: dbt's own codes, and severities that depend on the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Layer
from stateaware.findings import Severity

if TYPE_CHECKING:
    from stateaware.workspace import Project

UNKNOWN_KEY: Final = "dbt1060"
BAD_VALUE: Final = "dbt1013"


def engine_codes(project: Project, fusion: str = "", core: str = "") -> tuple[str, ...]:
    """dbt's codes for the engine in force; both where the documentation is asked. Empty ones are left out."""
    by_engine = {"fusion": (fusion,), "core": (core,)}
    return tuple(code for code in by_engine.get(project.profile.name, (fusion, core)) if code)


def bad_value_codes(project: Project, layer: Layer, core: str = "InvalidFieldValue") -> tuple[str, ...]:
    """The codes under which engines report a wrong value, which depend on where it is written.

    dbt v2: dbt1013 in YAML, dbt1501 in a SQL file's ``config()``, dbt1000 in a Python model.
    """
    fusion = BAD_VALUE
    if layer.kind == "config()":
        fusion = "dbt1000" if layer.file.endswith(".py") else "dbt1501"
    return engine_codes(project, fusion, core)


def severity(project: Project, documented: Severity, fusion: Severity, core: Severity) -> Severity:
    """The severity under the engine in force."""
    table: dict[str, Severity] = {"documented": documented, "fusion": fusion, "core": core}
    return table[project.profile.name]
