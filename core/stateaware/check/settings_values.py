"""What each setting accepts: one function a key, from the raw TOML, text or flag to the checked value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast, get_args

from stateaware.check.settings import ENGINES, Level, PathSettings
from stateaware.errors import SelectionError, did_you_mean
from stateaware.records import replace
from stateaware.rules.registry import normalise

if TYPE_CHECKING:
    from stateaware.simulate.arrivals import Arrival
    from stateaware.simulate.jobs import Job

T = TypeVar("T")
Read: TypeAlias = Callable[[Any, Path], Any]
"""From a raw value and the folder that relative paths start from; raises `BadValue`."""

LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class BadValue(ValueError):
    """A value that a setting does not take; ``path`` leads to the wrong part inside the value.

    ``remedy`` says what to write, where that is not in the message.
    """

    def __init__(self, message: str, path: tuple[str, ...] = (), remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.remedy = remedy

    def below(self, *path: str) -> BadValue:
        """The same error, seen from further up."""
        return type(self)(self.message, (*path, *self.path), self.remedy)


class UnknownKey(BadValue):
    """A key that does not exist; its message names the key."""


def _shown(value: object) -> str:
    return (
        f'"{value}"'
        if isinstance(value, str)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )


def _choice(words: Sequence[str]) -> Read:
    def read(value: Any, base: Path) -> str:
        if value not in words or not isinstance(value, str):
            meant = did_you_mean(value, words) if isinstance(value, str) else ""
            listed = f"{', '.join(words[:-1])} or {words[-1]}"
            raise BadValue(f"must be {listed}, not {_shown(value)}" + (meant and f"; {meant}"))
        return value

    return read


def _text(value: Any, base: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadValue(f"must be a text, not {_shown(value)}")
    if "\0" in value:
        raise BadValue("must be a text, and holds a NUL")
    return value.strip()


def _lower(value: Any, base: Path) -> str:
    return _text(value, base).lower()


def _path(value: Any, base: Path) -> Path:
    text = _text(value, base)
    try:
        return base / Path(text).expanduser()
    except RuntimeError:
        raise BadValue(f"names the home of a user that does not exist: {text}") from None


def _bool(value: Any, base: Path) -> bool:
    if not isinstance(value, bool):
        raise BadValue(f"must be true or false, not {_shown(value)}")
    return value


def _texts(value: Any, base: Path) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise BadValue(f"must be a list of texts, not {_shown(value)}")
    return tuple(_text(entry, base) for entry in value)


def _selectors(value: Any, base: Path) -> tuple[str, ...]:
    return tuple(_selector(text) for text in _texts(value, base))


def _selector(text: str) -> str:
    try:
        return normalise(text)
    except SelectionError as error:
        near = error.message.partition("; ")[2]
        raise BadValue(
            f"names `{text}`, which is no rule, prefix or group" + (near and f"; {near}")
        ) from None


def _outputs(value: Any, base: Path) -> tuple[str, ...]:
    return tuple(read_output(text, base) for text in _texts(value, base))


def read_output(text: str, base: Path) -> str:
    """``FORMAT`` or ``FORMAT=FILE``, the file made relative to ``base``; ``-`` is standard output.

    Raises:
        BadValue: the format is unknown or the file is missing.
    """
    from stateaware.report import FORMATS

    name, sign, file = text.partition("=")
    if name not in FORMATS:
        meant = did_you_mean(name, FORMATS)
        raise BadValue(f"names `{name}`, which is no format; " + (meant or f"there are {', '.join(FORMATS)}"))
    if not sign or file == "-":
        return name
    if not file:
        raise BadValue(f"lacks a file name after `{name}=`")
    return f"{name}={_path(file, base)}"


def _table(value: Any, base: Path) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadValue(f"must be a table, not {_shown(value)}")
    return value


def _env(value: Any, base: Path) -> dict[str, str]:
    out = {}
    for name, text in _table(value, base).items():
        if not isinstance(text, str):
            raise BadValue(f"must be a text, not {_shown(text)}", (name,))
        out[name] = text
    return out


def _severity(value: Any, base: Path) -> tuple[tuple[str, Level], ...]:
    return tuple(_one_severity(selector, level, base) for selector, level in _table(value, base).items())


def _one_severity(selector: str, level: Any, base: Path) -> tuple[str, Level]:
    try:
        return _selector(selector), cast("Level", _choice(LEVELS)(level, base))
    except BadValue as error:
        raise error.below(selector) from None


_PATH_KEYS: Final[Mapping[str, Read]] = {"select": _selectors, "ignore": _selectors, "severity": _severity}


def _per_path(value: Any, base: Path) -> tuple[PathSettings, ...]:
    out = []
    for glob, table in _table(value, base).items():
        if not isinstance(table, Mapping):
            raise BadValue(f"must be a table with {', '.join(_PATH_KEYS)}, not {_shown(table)}", (glob,))
        try:
            out.append(PathSettings(glob, **read_table(table, base, _PATH_KEYS)))
        except BadValue as error:
            raise error.below(glob) from None
    return tuple(out)


def _jobs(value: Any, base: Path) -> tuple[Job, ...]:
    from stateaware.simulate.jobs import read_jobs

    return _of_simulate(read_jobs, value)


def _arrivals(value: Any, base: Path) -> Mapping[str, Arrival]:
    from stateaware.simulate.arrivals import read_arrivals

    found = _of_simulate(read_arrivals, value)
    return {
        name: replace(one, history=tuple(str(_path(path, base)) for path in one.history))
        for name, one in found.items()
    }


def _of_simulate(read: Callable[[object], T], value: object) -> T:
    from stateaware.simulate.tables import TableError

    try:
        return read(value)
    except TableError as error:
        kind = UnknownKey if error.whole else BadValue
        raise kind(error.message, error.path, error.remedy) from None


def read_table(table: Mapping[str, Any], base: Path, keys: Mapping[str, Read]) -> dict[str, Any]:
    """Every value of a table checked.

    Raises:
        BadValue: a key is unknown or a value is wrong; its ``path`` leads there.
    """
    out = {}
    for key, value in table.items():
        if key not in keys:
            meant = did_you_mean(key, keys)
            raise UnknownKey(f"unknown key `{key}`; " + (meant or f"there are {', '.join(keys)}"), (key,))
        try:
            out[key] = keys[key](value, base)
        except BadValue as error:
            raise error.below(key) from None
    return out


def read_now(value: Any, base: Path) -> datetime:
    """A time with a zone, out of a TOML date-time or an ISO 8601 text."""
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip().upper().replace("Z", "+00:00"))
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise BadValue(f"must be a time with a zone like 2026-11-22T09:00:00Z, not {_shown(value)}")
    return moment


KEYS: Final[Mapping[str, Read]] = {
    "engine": _choice(ENGINES),
    "target": _text,
    "vars": _table,
    "env": _env,
    "adapter": _lower,
    "select": _selectors,
    "extend-select": _selectors,
    "ignore": _selectors,
    "fail-on": _choice(("error", "warning", "info", "never")),
    "exclude": _texts,
    "per-path": _per_path,
    "severity": _severity,
    "baseline": _path,
    "output": _outputs,
    "projects": _texts,
    "now": read_now,
    "cache": _bool,
    "jobs": _jobs,
    "arrivals": _arrivals,
}
"""Every key of the settings; schemas/stateaware.schema.json says the same."""
