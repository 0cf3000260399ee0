"""Recorded cases: a minimal dbt project, and what real dbt answered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ENGINES = {"v2": "fusion", "v1": "core"}
KEYS = ("freshness", "state", "loaded_at_field", "loaded_at_query")


@dataclass(frozen=True)
class Case:
    """One folder of cases/."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @cached_property
    def inputs(self) -> dict[str, Any]:
        return dict(yaml.load((self.folder / "case.yaml").read_text("utf-8"), LOADER))

    @cached_property
    def runs(self) -> dict[str, dict[str, Any]]:
        """The recorded runs by the name of our engine profile."""
        document = yaml.load((self.folder / "expected.yaml").read_text("utf-8"), LOADER)
        return {ENGINES[run["engine"]]: run for run in document["runs"]}

    @property
    def args(self) -> list[str]:
        return [str(argument) for argument in self.inputs.get("args") or []]

    def option(self, name: str) -> str | None:
        """The value of a command line option that the case was run with."""
        return self.args[self.args.index(name) + 1] if name in self.args else None


def find_cases(folder: Path) -> list[Case]:
    """The cases of a folder, in a stable order."""
    return [Case(path.parent) for path in sorted(folder.glob("*/case.yaml"))]
