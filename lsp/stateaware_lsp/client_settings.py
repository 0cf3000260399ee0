"""What an editor may set: the section ``stateaware`` of its configuration, or initialization options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stateaware.check.settings_values import KEYS, BadValue
from stateaware.records import dataclass, field

_CHECK_KEYS: Final = ("engine", "target", "vars")


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """The editor's settings.

    ``check`` are those that `stateaware check` has too, as a layer above stateaware.toml. ``delay`` is
    how long the server waits for the next keystroke before it looks at a file, in seconds, ``pause``
    how long before it looks at the whole project. ``poll`` is the seconds between two looks at the
    disk where the editor does not watch files.
    """

    check: Mapping[str, Any] = field(default_factory=dict)
    profiles_dir: Path | None = None
    diagnostics: bool = True
    inlay_hints: bool = True
    code_lens: bool = True
    plan: bool = True
    trusted: bool = True
    delay: float = 0.1
    pause: float = 0.4
    poll: float = 3.0


def read_client_settings(given: object) -> tuple[ClientSettings, list[str]]:
    """The settings in a JSON object, and what is wrong with it; what is wrong is left at its default."""
    if not isinstance(given, Mapping):
        return ClientSettings(), [] if given is None else ["the settings must be an object"]
    problems: list[str] = []
    check: dict[str, Any] = {}
    for key in _CHECK_KEYS:
        value = given.get(key)
        if value in (None, "", {}):
            continue
        try:
            check[key] = KEYS[key](value, Path())
        except BadValue as error:
            problems.append(f"stateaware.{key} {error.message}")

    def flag(name: str, *path: str) -> bool:
        value: object = given
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None or isinstance(value, bool):
            return value is not False
        problems.append(f"stateaware.{name} must be true or false")
        return True

    def seconds(name: str, default: float) -> float:
        value = given.get(name)
        if value is None:
            return default
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 3_600_000:
            return value / 1000
        problems.append(f"stateaware.{name} must be a number of milliseconds")
        return default

    profiles = given.get("profilesDir")
    settings = ClientSettings(
        check=check,
        profiles_dir=Path(profiles).expanduser() if isinstance(profiles, str) and profiles else None,
        diagnostics=flag("diagnostics.enabled", "diagnostics", "enabled"),
        inlay_hints=flag("inlayHints.enabled", "inlayHints", "enabled"),
        code_lens=flag("codeLens.enabled", "codeLens", "enabled"),
        plan=flag("plan.enabled", "plan", "enabled"),
        trusted=flag("trusted", "trusted"),
        delay=seconds("delay", 0.1),
        pause=seconds("pause", 0.4),
        poll=seconds("poll", 3.0),
    )
    return settings, problems
