"""Finds and reads the settings file of a project, and the settings in the environment."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from stateaware.check.settings_values import KEYS, BadValue, UnknownKey, read_table
from stateaware.check.toml_lines import key_lines
from stateaware.errors import SettingsError
from stateaware.project.files import read_bytes
from stateaware.records import dataclass

OWN_FILE: Final = "stateaware.toml"
SHARED_FILE: Final = "pyproject.toml"
_TABLE: Final = ("tool", "stateaware")
_LISTS: Final = ("select", "extend-select", "ignore", "exclude", "output")
_FROM_ENVIRONMENT: Final = (
    "engine",
    "target",
    "vars",
    "adapter",
    *_LISTS,
    "fail-on",
    "baseline",
    "now",
    "cache",
)


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What a settings file says: checked values by key, and lines for the user."""

    source: Path | None
    values: Mapping[str, Any]
    notices: tuple[str, ...] = ()


def repository_root(start: Path) -> Path | None:
    """The nearest folder, upwards, that holds ``.git``."""
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder
    return None


def _folders(start: Path) -> Iterator[Path]:
    """The folders that are searched: upwards to the repository's root, else to the working directory.

    Outside both, only the folder itself is looked at, since a stranger may own what lies above.
    """
    top = repository_root(start)
    if top is None:
        here = Path.cwd()
        top = here if here == start or here in start.parents else start
    for folder in (start, *start.parents):
        yield folder
        if folder == top:
            return


def find_settings(project: Path) -> FileSettings:
    """The settings of the nearest file, upwards from a project's folder.

    A ``stateaware.toml`` beats a ``pyproject.toml`` in the same folder, which is told.

    Raises:
        SettingsError: the file is not TOML, or a key or value in it is wrong.
    """
    for folder in _folders(project.resolve()):
        own, shared = folder / OWN_FILE, folder / SHARED_FILE
        table = _load(shared, required=False) if shared.is_file() else None
        if own.is_file():
            notices: tuple[str, ...] = ()
            if table is not None:
                notices = (f"{own} is used; [tool.stateaware] in {shared.name} beside it is not",)
            return FileSettings(own, _checked(own, _load(own) or {}, ()), notices)
        if table is not None:
            return FileSettings(shared, _checked(shared, table, _TABLE))
    return FileSettings(None, {})


def _load(path: Path, *, required: bool = True) -> Mapping[str, Any] | None:
    """The whole of a ``stateaware.toml``, or our table of a ``pyproject.toml``, None where it has none."""
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        data = read_bytes(str(path))
        if not required and b"stateaware" not in data:
            return None
        whole: dict[str, Any] = toml.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8") from None
    except toml.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets in brackets
        raise SettingsError(f"{path}: not valid TOML: a number or list in it is too large") from None
    if required:
        return whole
    tool = whole.get("tool")
    table = tool.get("stateaware") if isinstance(tool, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise SettingsError(f"{path}: [tool.stateaware] must be a table")


def _checked(path: Path, table: Mapping[str, Any], prefix: tuple[str, ...]) -> dict[str, Any]:
    try:
        return read_table(table, path.parent, KEYS)
    except BadValue as error:
        lines = key_lines(path.read_text("utf-8-sig"))
        paths = ((*prefix, *error.path[:length]) for length in range(len(error.path), 0, -1))
        where = next((lines[found] for found in paths if found in lines), 1)
        raise SettingsError(f"{path}:{where}: {_told(error)}", error.remedy) from None


def _told(error: BadValue) -> str:
    return error.message if isinstance(error, UnknownKey) else f"`{'.'.join(error.path)}` {error.message}"


def read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings in ``STATEAWARE_*``; lists are separated by commas, ``VARS`` is YAML or JSON.

    Other names with that prefix are left alone: they may belong to somebody else.

    Raises:
        SettingsError: a value is wrong; the message names the variable.
    """
    out: dict[str, Any] = {}
    for key in _FROM_ENVIRONMENT:
        name = "STATEAWARE_" + key.upper().replace("-", "_")
        text = environ.get(name, "").strip()
        if text:
            try:
                out[key] = KEYS[key](_raw(key, text), Path.cwd())
            except BadValue as error:
                raise SettingsError(f"{name} {error.message}") from None
    return out


def _raw(key: str, text: str) -> Any:
    if key in _LISTS:
        return [part.strip() for part in text.split(",") if part.strip()]
    if key == "cache":
        return {"1": True, "true": True, "0": False, "false": False}.get(text.lower(), text)
    if key == "vars":
        return read_vars(text)
    return text


def read_vars(text: str) -> Mapping[str, Any]:
    """The mapping that ``--vars`` holds, as YAML or JSON, as dbt takes it.

    Raises:
        BadValue: it is neither, or no mapping.
    """
    import yaml

    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise BadValue("must be a mapping in YAML or JSON, like '{key: value}'") from None
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise BadValue("must be a mapping in YAML or JSON, like '{key: value}'")
    return value
