"""How a project is read under its settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from stateaware.check.settings import Settings
from stateaware.check.settings_file import FileSettings
from stateaware.config.profiles import PROFILES
from stateaware.inputs import LoadOptions


def load_options(
    settings: Settings,
    file: FileSettings,
    *,
    env: Mapping[str, str] | None = None,
    profiles_dir: Path | None = None,
    working_dir: Path | None = None,
) -> LoadOptions:
    """The options for reading a project.

    ``env`` wins over the process environment, while the variables of the settings file stand in for
    those that are not set there.
    """
    stand_in = {name: text for name, text in file.values.get("env", {}).items() if name not in os.environ}
    return LoadOptions(
        profile=PROFILES[settings.engine],
        target=settings.target,
        vars=settings.vars,
        env={**stand_in, **(env or {})},
        adapter=settings.adapter,
        profiles_dir=profiles_dir,
        working_dir=working_dir,
        now=settings.now,
    )
