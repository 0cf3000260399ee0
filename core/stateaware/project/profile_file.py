"""The adapter of the chosen target, from profiles.yml.

Of that file only the name of the target and its ``type`` are looked at, and nothing else is kept: it
holds credentials.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Final

from stateaware.project.files import read_bytes
from stateaware.project.project_file import ProjectFile
from stateaware.records import dataclass
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping, Node, Scalar
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import decode

PROFILES_FILE: Final = "profiles.yml"
DEFAULT_TARGET: Final = "default"
"""The target of a profile that names none."""

_SECRET: Final = "DBT_ENV_SECRET"  # noqa: S105 - the prefix of names of variables that hold secrets
_MARKS: Final = ("{{", "{%", "{#")
_ENV_VAR: Final = re.compile(
    r"""\s*\{\{-?\s*env_var\(\s*(['"])(?P<name>[^'"]+)\1\s*(?:,\s*(['"])(?P<default>[^'"]*)\3\s*)?\)\s*-?\}\}\s*"""
)


@dataclass(frozen=True, slots=True)
class ProfileTarget:
    """The target that dbt would use and the type of its adapter; None where that cannot be told.

    ``files`` are the places that were looked at, whether they exist or not: what the answer depends on.
    """

    name: str | None = None
    adapter: str | None = None
    files: tuple[Path, ...] = ()


def read_target(
    project_file: ProjectFile,
    root: Path,
    env: AnyMapping[str, str],
    target: str | None = None,
    *,
    profiles_dir: Path | None = None,
    working_dir: Path | None = None,
) -> ProfileTarget:
    """The target of a project, found as dbt finds it. What is unreadable or undecided is None.

    Args:
        project_file: names the profile; ``DBT_PROFILE`` comes before it.
        root: the project's folder.
        env: environment variables.
        target: the chosen target (``--target``), before ``DBT_TARGET`` and the profile's own ``target``.
        profiles_dir: the chosen folder (``--profiles-dir``).
        working_dir: where the command was given, if it was a command.
    """
    chosen = target or env.get("DBT_TARGET") or None
    files: list[Path] = []
    for place in profile_places(root, env, profiles_dir, working_dir):
        files.append(place)
        try:
            data = read_bytes(str(place))
        except OSError:
            continue
        outputs, default = _read(data, _profile_name(project_file, env), env)
        name = chosen or default
        return ProfileTarget(name, _adapter(outputs, name), tuple(files))
    return ProfileTarget(chosen, None, tuple(files))


def profile_places(
    root: Path,
    env: AnyMapping[str, str],
    profiles_dir: Path | None = None,
    working_dir: Path | None = None,
) -> tuple[Path, ...]:
    """Where profiles.yml may lie, the first that exists counts.

    A chosen folder excludes all others, and without one that of ``DBT_PROFILES_DIR`` does; else it is
    the working directory, the project's folder, or ``~/.dbt``.
    """
    if profiles_dir is not None:
        return (profiles_dir / PROFILES_FILE,)
    named = env.get("DBT_PROFILES_DIR")
    if named:
        # unlike that of pathlib this knows no error: a user that does not exist stays as written
        return (Path(os.path.expanduser(named)) / PROFILES_FILE,)  # noqa: PTH111
    home = env.get("HOME") or env.get("USERPROFILE")
    places = [folder / PROFILES_FILE for folder in (working_dir, root) if folder is not None]
    if home:
        places.append(Path(home) / ".dbt" / PROFILES_FILE)
    return tuple(dict.fromkeys(Path(os.path.normpath(place)) for place in places))


def _profile_name(project_file: ProjectFile, env: AnyMapping[str, str]) -> str | None:
    return env.get("DBT_PROFILE") or _text(project_file.node("profile"), env)


def _read(
    data: bytes, profile: str | None, env: AnyMapping[str, str]
) -> tuple[dict[str, str | None], str | None]:
    """The types of a profile's outputs by their names, and the profile's own target."""
    try:
        root = parse_yaml(decode(data)).root
    except UnicodeDecodeError:
        return {}, None
    found = root.value(profile) if isinstance(root, Mapping) and profile else None
    if not isinstance(found, Mapping):
        return {}, None
    outputs = found.value("outputs")
    types = {
        entry.key.text: _text(entry.value.value("type"), env) if isinstance(entry.value, Mapping) else None
        for entry in (outputs.entries if isinstance(outputs, Mapping) else ())
    }
    written = found.value("target")
    return types, DEFAULT_TARGET if written is None else _text(written, env)


def _adapter(outputs: dict[str, str | None], target: str | None) -> str | None:
    if target is not None:
        return outputs.get(target)
    kinds = set(outputs.values())
    return kinds.pop() if len(kinds) == 1 else None


def _text(node: Node | None, env: AnyMapping[str, str]) -> str | None:
    """A plain text, or the value of a lone ``env_var()``; other Jinja is not decided."""
    if not isinstance(node, Scalar):
        return None
    if not any(mark in node.text for mark in _MARKS):
        value = scalar_value(node, "1.2")
        return None if value is None else node.text
    call = _ENV_VAR.fullmatch(node.text)
    if call is None or call["name"].startswith(_SECRET):
        return None
    return env.get(call["name"], call["default"])
