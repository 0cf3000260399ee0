"""Settings and load options out of flags, environment and settings file."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from stateaware.check.options import load_options
from stateaware.check.settings import Settings, combine
from stateaware.check.settings_file import find_settings, read_environment, read_vars
from stateaware.check.settings_values import KEYS, BadValue
from stateaware.errors import UsageError
from stateaware.inputs import LoadOptions
from stateaware.project.profile_file import PROFILES_FILE
from stateaware.records import dataclass, replace

_FLAGS: Final = (
    "engine",
    "target",
    "adapter",
    "now",
    "select",
    "extend-select",
    "ignore",
    "fail-on",
    "baseline",
    "output",
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is needed to read one project, and lines for the user."""

    root: Path
    settings: Settings
    options: LoadOptions
    notices: tuple[str, ...]


def prepare(root: Path, arguments: Namespace) -> Prepared:
    """The settings of a project under the arguments of a command.

    Raises:
        UsageError: a flag, variable or key has a wrong value.
    """
    file = find_settings(root)
    settings = combine(file.values, read_environment(os.environ), read_flags(arguments))
    settings = replace(settings, source=file.source)
    options = load_options(
        settings,
        file,
        env=_named_values(arguments.env),
        profiles_dir=_profiles_dir(arguments.profiles_dir),
        working_dir=Path.cwd(),
    )
    return Prepared(root, settings, options, file.notices)


def read_flags(arguments: Namespace) -> dict[str, Any]:
    """The settings among a command's arguments, checked as those of a file are.

    Raises:
        UsageError: a value is wrong; the message names the flag.
    """
    out: dict[str, Any] = {}
    for key in _FLAGS:
        value = getattr(arguments, key.replace("-", "_"), None)
        if value is not None and value != []:
            out[key] = _checked(f"--{key}", KEYS[key], _split(value) if _is_list(key) else value)
    if arguments.vars is not None:
        out["vars"] = _checked("--vars", lambda text, base: read_vars(text), arguments.vars)
    if arguments.no_cache:
        out["cache"] = False
    return out


def _profiles_dir(written: str | None) -> Path | None:
    if written is None:
        return None
    folder = Path(os.path.abspath(os.path.expanduser(written)))  # noqa: PTH100, PTH111 - they take any text
    if os.path.isfile(folder / PROFILES_FILE):  # noqa: PTH113
        return folder
    raise UsageError(f"no {PROFILES_FILE} in {written}", "--profiles-dir is the folder that holds it.")


def _is_list(key: str) -> bool:
    return key in ("select", "extend-select", "ignore")


def _split(values: list[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _checked(flag: str, read: Callable[[Any, Path], Any], value: Any) -> Any:
    try:
        return read(value, Path())
    except BadValue as error:
        raise UsageError(f"{flag} {error.message}") from None


def _named_values(pairs: list[str]) -> dict[str, str]:
    out = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise UsageError(
                f"--env must be NAME=VALUE, not {pair}" if not sign else "--env lacks a name before `=`"
            )
        out[name.strip()] = value
    return out
